import { invalid } from './status.ts';
import { objectAt, stringMapAt, textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { requireIntegers } from './go-types.ts';
import type { Kind } from '../store/kind.ts';
import { podProblems } from './pod-admission.ts';

const NUMBERS = ['activeDeadlineSeconds', 'backoffLimit', 'completions', 'parallelism', 'ttlSecondsAfterFinished'];

/** The job as the server stores it: defaults, and the selector and labels by which its pods are known. */
export function admitJob(job: KubeObject, kind: Kind): KubeObject {
  const { name, uid } = job.metadata;
  const template = objectAt(job.spec, 'template') ?? {};
  requireIntegers(kind, 'JobSpec.spec', objectAt(job, 'spec'), ...NUMBERS);
  const policy = textAt(template, 'spec', 'restartPolicy');
  const causes = [
    ...podProblems(kind, objectAt(template, 'spec'), 'spec.template.spec'),
    ...(policy === 'Never' || policy === 'OnFailure' ? [] : [restartPolicyProblem(policy)]),
  ];
  if (causes.length > 0) throw invalid(kind, name, causes);
  const identity = { 'batch.kubernetes.io/controller-uid': uid };
  const labels = { ...identity, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
  return {
    ...job,
    spec: {
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
      selector: { matchLabels: identity },
      ...objectAt(job, 'spec'),
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
