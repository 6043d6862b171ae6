import type { KubeObject } from '../store/kube-object.ts';

/** One row of the table of served kinds. */
export interface Kind {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  /** Whether the server counts changes of the spec in metadata.generation. */
  generation: boolean;
  /** Defaults and checks a new object; throws a StatusError. */
  admit?: (object: KubeObject) => KubeObject;
  /** Checks a change made by a client; throws a StatusError. */
  admitUpdate?: (previous: KubeObject, next: KubeObject) => void;
}

export function apiVersionOf(kind: Kind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** As messages name it: `configmaps`, `virtualmachineinstances.kubevirt.io`. */
export function qualified(name: string, kind: Kind): string {
  return kind.group === '' ? name : `${name}.${kind.group}`;
}
