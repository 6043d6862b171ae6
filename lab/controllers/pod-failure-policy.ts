// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** How a job counts a failed pod. */
export interface FailureVerdict {
  /** Whether the failure counts against `backoffLimit` and `backoffLimitPerIndex`. */
  counted: boolean;
  failsIndex: boolean;
  /** Set if the failure ends the job. */
  jobMessage?: string;
}

/**
 * Returns what the first matching rule of the job's podFailurePolicy says about a failed pod
 * (matchPodFailurePolicy in pkg/controller/job/pod_failure_policy.go, Kubernetes 1.33).
 */
export function failureVerdict(job: KubeObject, pod: KubeObject): FailureVerdict {
  for (const [number, rule] of objectsAt(job.spec, 'podFailurePolicy', 'rules').entries()) {
    const match = matchOf(rule, pod);
    if (match === undefined) continue;
    const action = textAt(rule, 'action') ?? '';
    const jobMessage = `${match} matching FailJob rule at index ${number}`;
    return {
      counted: action !== 'Ignore',
      failsIndex: action === 'FailIndex',
      ...(action === 'FailJob' && { jobMessage }),
    };
  }
  return { counted: true, failsIndex: false };
}

/** Returns why the rule matches, in the controller's words. */
function matchOf(rule: JsonObject, pod: KubeObject): string | undefined {
  const name = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  const onExitCodes = objectAt(rule, 'onExitCodes');
  if (onExitCodes) {
    const found = [...objectsAt(pod.status, 'containerStatuses'), ...objectsAt(pod.status, 'initContainerStatuses')]
      .map((status) => ({
        container: textAt(status, 'name') ?? '',
        code: at(status, 'state', 'terminated', 'exitCode'),
      }))
      .find(({ container, code }) => matchesExitCode(onExitCodes, container, code));
    return found && `Container ${found.container} for pod ${name} failed with exit code ${JSON.stringify(found.code)}`;
  }
  const condition = objectsAt(pod.status, 'conditions').find(({ type, status }) =>
    objectsAt(rule, 'onPodConditions').some((wanted) => wanted.type === type && wanted.status === status),
  );
  return condition && `Pod ${name} has condition ${textAt(condition, 'type') ?? ''}`;
}

/** A container that still runs, or has ended with 0, matches no rule. */
function matchesExitCode(rule: JsonObject, container: string, code: unknown): boolean {
  if (typeof code !== 'number' || code === 0) return false;
  if (container !== (textAt(rule, 'containerName') ?? container)) return false;
  const values = at(rule, 'values');
  const listed = Array.isArray(values) && values.includes(code);
  return rule.operator === 'In' ? listed : !listed;
}
