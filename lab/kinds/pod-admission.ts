import { objectAt, objectsAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from './kind.ts';
import { invalid } from './status.ts';

/** The pod as the server stores it: defaults, and nothing has happened yet. */
export function admitPod(pod: KubeObject, kind: Kind): KubeObject {
  if (objectsAt(pod.spec, 'containers').length === 0) {
    const cause = { field: 'spec.containers', reason: 'FieldValueRequired', message: 'Required value' };
    throw invalid(kind, pod.metadata.name, [cause]);
  }
  const defaults = {
    ...{ dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler' },
    ...{ serviceAccountName: 'default', terminationGracePeriodSeconds: 30 },
  };
  const status = { phase: 'Pending', qosClass: 'BestEffort' };
  return { ...pod, spec: { ...defaults, ...objectAt(pod, 'spec') }, status };
}
