/** What a failure knows of itself, as data: a diagnosis is made from this and from what is seen afterwards, never from a message. */
import type { ObjectRef } from './object-ref.ts';
import type { IpFamily } from './ip-family.ts';

/** One verb on one resource, as roles grant it. */
export interface Rule {
  /** "" for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

/** "kubevirt.io/virtualmachineinstances [get]" */
export function renderRule({ group, resource, verb }: Rule): string {
  return `${group === '' ? '' : `${group}/`}${resource} [${verb}]`;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export type Clue =
  /** Missing in the namespace of the VMs, or in the one given. */
  | { readonly kind: 'permission'; readonly rule: Rule; readonly namespace?: string }
  /** A node that was asked for and cannot take its VM: "cordoned". */
  | { readonly kind: 'node'; readonly node: string; readonly trouble: string }
  /** Fewer than two nodes could take a VM. */
  | { readonly kind: 'few-nodes'; readonly usable: number }
  /** Too few devices of a resource, as far as the nodes say. */
  | { readonly kind: 'few-devices'; readonly resource: string }
  /** A VMI that did not come to run, as it was last seen. */
  | { readonly kind: 'vmi'; readonly vmi: ObjectRef; readonly conditions: readonly Condition[] }
  /** A VMI that was live-migrated during the run, or is being migrated. */
  | { readonly kind: 'migrated'; readonly vmi: ObjectRef; readonly from: string; readonly to: string }
  /** Another object has the name of a VMI of the run. */
  | { readonly kind: 'replaced'; readonly vmi: ObjectRef; readonly uid: string; readonly otherUid: string }
  /** A guest whose console shows no login; `shown` is what it does show. */
  | { readonly kind: 'no-login'; readonly vmi: ObjectRef; readonly shown: string }
  | { readonly kind: 'address-taken'; readonly vmi: ObjectRef; readonly taken: readonly TakenAddress[] }
  | { readonly kind: 'no-lease'; readonly vmi: ObjectRef; readonly family: IpFamily }
  /** Both VMs have this address. */
  | { readonly kind: 'same-address'; readonly address: string; readonly vmis: readonly ObjectRef[] }
  /** `lacking` says which guest has no route to the other; `cidrs` are the addresses of both, with their prefix lengths. */
  | {
      readonly kind: 'different-subnets';
      readonly path: PingedPath;
      readonly cidrs: readonly string[];
      readonly lacking: readonly string[];
    }
  /** Not one reply on this path, before any sample. */
  | { readonly kind: 'no-reply'; readonly path: PingedPath }
  /** Not one reply to a sample, after replies to small packets on the same path. */
  | { readonly kind: 'sample-lost'; readonly path: PingedPath; readonly payloadBytes: number };

export interface TakenAddress {
  readonly address: string;
  /** The MAC that answers for it. */
  readonly holder: string;
}

/** Which VM pinged which. */
export interface PingedPath {
  readonly family: IpFamily;
  readonly from: ObjectRef;
  readonly to: ObjectRef;
  readonly fromAddress: string;
  readonly toAddress: string;
  /** On the way from one subnet to another. */
  readonly router?: string;
}
