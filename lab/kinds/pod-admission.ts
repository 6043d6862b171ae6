// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';
import { requireIntegers } from './go-types.ts';
import { invalid, type Cause } from './status.ts';

/** The pod as the server stores it: with defaults and an initial status. */
export function admitPod(pod: KubeObject, kind: Kind): KubeObject {
  const causes = podProblems(kind, objectAt(pod, 'spec'), 'spec');
  if (causes.length > 0) throw invalid(kind, pod.metadata.name, causes);
  const defaults = {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    serviceAccountName: 'default',
    terminationGracePeriodSeconds: 30,
  };
  const status = { phase: 'Pending', qosClass: 'BestEffort' };
  return { ...pod, spec: { ...defaults, ...objectAt(pod, 'spec') }, status };
}

/** Returns the errors in the spec of a pod or pod template at `path`. */
export function podProblems(kind: Kind, spec: JsonObject | undefined, path: string): Cause[] {
  requireIntegers(kind, 'PodSpec.spec', spec, 'terminationGracePeriodSeconds', 'activeDeadlineSeconds');
  const required = (field: string): Cause => ({ field, reason: 'FieldValueRequired', message: 'Required value' });
  const containers = objectsAt(spec, 'containers');
  if (containers.length === 0) return [required(`${path}.containers`)];
  return containers.flatMap((container, i) => {
    const place = `${path}.containers[${i}]`;
    const missing = ['name', 'image'].filter((field) => !textAt(container, field)).map((field) => `${place}.${field}`);
    const nameless = objectsAt(container, 'env').flatMap((variable, j) =>
      textAt(variable, 'name') ? [] : [`${place}.env[${j}].name`],
    );
    return [...missing, ...nameless].map(required);
  });
}

/** A pod that runs on a node has a grace period. */
export function podGrace(pod: KubeObject): number | undefined {
  const running = textAt(pod.spec, 'nodeName') !== undefined && textAt(pod.status, 'phase') === 'Running';
  return running ? Number(at(pod.spec, 'terminationGracePeriodSeconds') ?? 30) : undefined;
}
