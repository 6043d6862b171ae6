// SPDX-License-Identifier: Apache-2.0
import { invalid, type Cause } from './status.ts';
import { at, objectAt, stringMapAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { requireIntegers } from './go-types.ts';
import type { Kind } from '../store/kind.ts';
import { failurePolicyProblems, invalidValue, withConditionStatus } from './job-failure-policy.ts';
import { podProblems } from './pod-admission.ts';

const NUMBERS = [
  'activeDeadlineSeconds',
  'backoffLimit',
  'backoffLimitPerIndex',
  'completions',
  'maxFailedIndexes',
  'parallelism',
  'ttlSecondsAfterFinished',
];
/** The default of backoffLimit where failures are counted per index. */
const NO_LIMIT = 2 ** 31 - 1;

/** The job as the server stores it: defaults, and the selector and labels by which its pods are known. */
export function admitJob(job: KubeObject, kind: Kind): KubeObject {
  const { name, uid } = job.metadata;
  const spec = objectAt(job, 'spec');
  const template = objectAt(spec, 'template') ?? {};
  requireIntegers(kind, 'JobSpec.spec', spec, ...NUMBERS);
  const policy = textAt(template, 'spec', 'restartPolicy');
  const failurePolicy = objectAt(spec, 'podFailurePolicy');
  const causes = [
    ...indexProblems(spec),
    ...failurePolicyProblems(spec),
    ...podProblems(kind, objectAt(template, 'spec'), 'spec.template.spec'),
    ...(policy === 'Never' || policy === 'OnFailure' ? [] : [restartPolicyProblem(policy)]),
    ...(failurePolicy && policy === 'OnFailure' ? [restartedProblem(policy)] : []),
  ];
  if (causes.length > 0) throw invalid(kind, name, causes);
  const identity = { 'batch.kubernetes.io/controller-uid': uid };
  const labels = { ...identity, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
  return {
    ...job,
    spec: {
      backoffLimit: at(spec, 'backoffLimitPerIndex') === undefined ? 6 : NO_LIMIT,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: failurePolicy ? 'Failed' : 'TerminatingOrFailed',
      suspend: false,
      selector: { matchLabels: identity },
      ...spec,
      ...(failurePolicy && { podFailurePolicy: withConditionStatus(failurePolicy) }),
      template: {
        ...template,
        metadata: {
          ...objectAt(template, 'metadata'),
          labels: { ...stringMapAt(template, 'metadata', 'labels'), ...labels },
        },
        spec: { dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30, ...objectAt(template, 'spec') },
      },
    },
    status: {},
  };
}

/** Returns the errors of fields that depend on the completion mode (validateJobSpec in pkg/apis/batch/validation/validation.go, Kubernetes 1.33). */
function indexProblems(spec: JsonObject | undefined): Cause[] {
  const mode = textAt(spec, 'completionMode') ?? 'NonIndexed';
  const [perIndex, maxFailed] = [at(spec, 'backoffLimitPerIndex'), at(spec, 'maxFailedIndexes')];
  const required = (field: string, why: string): Cause => ({
    field: `spec.${field}`,
    reason: 'FieldValueRequired',
    message: `Required value: ${why}`,
  });
  const missing =
    maxFailed !== undefined && perIndex === undefined
      ? [required('backoffLimitPerIndex', 'when maxFailedIndexes is specified')]
      : [];
  if (mode === 'Indexed') {
    // Without both, one pod is the default.
    const endless = at(spec, 'completions') === undefined && at(spec, 'parallelism') !== undefined;
    return [...missing, ...(endless ? [required('completions', 'when completion mode is Indexed')] : [])];
  }
  if (mode !== 'NonIndexed') {
    const message = `Unsupported value: "${mode}": supported values: "NonIndexed", "Indexed"`;
    return [...missing, { field: 'spec.completionMode', reason: 'FieldValueNotSupported', message }];
  }
  const set = Object.entries({ backoffLimitPerIndex: perIndex, maxFailedIndexes: maxFailed });
  return [
    ...missing,
    ...set.flatMap(([field, value]) =>
      value === undefined
        ? []
        : [invalidValue(`spec.${field}`, JSON.stringify(value), 'requires indexed completion mode')],
    ),
  ];
}

function restartedProblem(policy: string): Cause {
  const why = 'only "Never" is supported when podFailurePolicy is specified';
  return invalidValue('spec.template.spec.restartPolicy', `"${policy}"`, why);
}

/** Always is what an absent policy is defaulted to. */
function restartPolicyProblem(policy = 'Always') {
  const field = 'spec.template.spec.restartPolicy';
  return policy === 'Always'
    ? { field, reason: 'FieldValueRequired', message: 'Required value: valid values: "OnFailure", "Never"' }
    : {
        field,
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: "${policy}": supported values: "OnFailure", "Never"`,
      };
}
