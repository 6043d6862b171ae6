// SPDX-License-Identifier: Apache-2.0
/** The facts of a failure as data: a diagnosis derives from them and from evidence collected afterwards, never from a message. */
import type { ObjectRef } from './object-ref.ts';
import type { IpFamily } from './ip-family.ts';
import type { Latency, LatencyStatistic } from './latency.ts';
import type { Migration } from './migration.ts';
import type { Suspect } from './mesh/suspect.ts';
import type { Route } from './routes.ts';
import type { Measurement } from './sample.ts';

/** One verb on one resource, as in a rule of a role. */
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
  /** A configured node that cannot run its VM: "cordoned". */
  | { readonly kind: 'node'; readonly node: string; readonly trouble: string }
  /** A configured node that does not exist, and the nodes with this hostname or address. */
  | {
      readonly kind: 'unknown-node';
      readonly parameter: string;
      readonly node: string;
      readonly meant: readonly string[];
    }
  /** Fewer than two nodes can run a VM. */
  | { readonly kind: 'few-nodes'; readonly usable: number }
  /** Fewer than two nodes can run a VM of a mesh, and match its label selector: it selects `selected` of all `of` nodes. */
  | { readonly kind: 'few-mesh-nodes'; readonly nodeSelector?: string; readonly selected: number; readonly of: number }
  /** The nodes report too few devices of a resource. */
  | { readonly kind: 'few-devices'; readonly resource: string }
  /** The last state of a VMI that did not start. */
  | { readonly kind: 'vmi'; readonly vmi: ObjectRef; readonly conditions: readonly Condition[] }
  /** A VMI that was live-migrated during the run, or is being migrated. */
  | { readonly kind: 'migrated'; readonly vmi: ObjectRef; readonly from: string; readonly to: string }
  /** Another object has the name of a VMI of the run. */
  | { readonly kind: 'replaced'; readonly vmi: ObjectRef; readonly uid: string; readonly otherUid: string }
  /** A VMI that ended, or was deleted, during the run. */
  | { readonly kind: 'stopped'; readonly vmi: ObjectRef }
  /** A VMI that is being deleted, with the finalizers that remain, its phase and its node. */
  | {
      readonly kind: 'held';
      readonly vmi: ObjectRef;
      readonly finalizers: readonly string[];
      readonly phase: string;
      readonly node: string | undefined;
    }
  /** A guest whose console shows no login prompt; `shown` is its output. */
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
  /** No reply on this path, before any sample. */
  | { readonly kind: 'no-reply'; readonly path: PingedPath }
  /** No reply in a sample, after replies to small packets on the same path. */
  | { readonly kind: 'sample-lost'; readonly path: PingedPath; readonly payloadBytes: number }
  /** Where the fault of a mesh most likely is. */
  | { readonly kind: 'suspects'; readonly suspects: readonly Suspect[] }
  /** Nodes of a mesh that were not measured, or whose pairs were not, and where the fault of failed pairs most likely is. */
  | { readonly kind: 'not-measured'; readonly nodes: readonly string[]; readonly suspects: readonly Suspect[] }
  /** KubeVirt's reason why a VMI cannot be live-migrated. */
  | { readonly kind: 'not-migratable'; readonly vmi: ObjectRef; readonly reason: string }
  /** A live migration of the run that was refused, did not start, failed or has not ended; `reason` is what KubeVirt or the scheduler says. */
  | {
      readonly kind: 'migration-failed';
      readonly vmi: ObjectRef;
      readonly migration: ObjectRef;
      readonly state: 'refused' | 'not started' | 'failed' | 'not ended';
      readonly reason: string;
    }
  /** The VM was unreachable longer than its limit while it migrated. */
  | { readonly kind: 'migration-gap-exceeded'; readonly migration: Migration; readonly limitNs: number }
  | LatencyClue
  | LossClue;

/** A statistic of a sample is greater than its limit. */
export interface LatencyClue {
  readonly kind: 'latency-exceeded';
  readonly route: Route;
  readonly path?: PingedPath | undefined;
  readonly statistic: LatencyStatistic;
  readonly limitNs: number;
  readonly latency: Latency;
  /** Undefined if the single replies are not known. */
  readonly slow?: SlowReplies | undefined;
}

/** The replies with a round-trip time above the limit, and all with a round-trip time. */
export interface SlowReplies {
  readonly count: number;
  readonly of: number;
}

/** More packets of a sample were lost than its limit allows. */
export interface LossClue {
  readonly kind: 'loss-exceeded';
  readonly route: Route;
  readonly path?: PingedPath | undefined;
  readonly measurement: Pick<Measurement, 'transmitted' | 'received' | 'longestGapNs' | 'intervalMs'>;
}

export interface TakenAddress {
  readonly address: string;
  /** The MAC address of the host that uses it. */
  readonly holder: string;
}

/** The VM that pinged, the VM that was pinged, and their addresses. */
export interface PingedPath {
  readonly family: IpFamily;
  readonly from: ObjectRef;
  readonly to: ObjectRef;
  readonly fromAddress: string;
  readonly toAddress: string;
  /** The router between the subnets. */
  readonly router?: string;
}
