/**
 * What the worker tells the reporter: a versioned union, carried as JSON attachments under reserved names. The reporter
 * decodes them with decode-event.ts; an attachment under a reserved name that does not decode is an error, never ignored.
 */
import type { Diagnosis } from './diagnosis.ts';
import type { ErrorCode } from './errors.ts';
import type { IpFamily } from './ip-family.ts';
import type { PlainParameters } from './parameters.ts';
import type { PathMtu } from './path-mtu.ts';
import type { Route } from './routes.ts';
import type { Measurement } from './sample.ts';
import type { Stage } from './stages.ts';

export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

/** What identifies a VMI of this run: names may be used again by somebody else. */
export interface CreatedVmi extends ObjectRef {
  /** As they were sent; one names the run. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined until the creation was answered. */
  readonly uid: string | undefined;
}

export interface ClaimedConfigMap extends ObjectRef {
  readonly uid: string;
  /** RFC 3339, as written into `status.startTimestamp`. */
  readonly startTimestamp: string;
  /** 16 hexadecimal digits, as written into `status.runId`. */
  readonly runId: string;
}

export const ROLES = ['source', 'target'] as const;
export type Role = (typeof ROLES)[number];

/** How a VM is attached to the network. */
export const BINDINGS = ['bridge', 'sriov'] as const;
export type Binding = (typeof BINDINGS)[number];

/** Of the ConfigMap: about to be written, this run's, or somebody else's. */
export const CLAIM_STATES = ['asked', 'held', 'refused'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** What a run met, as far as it could be read. */
export interface ClusterVersions {
  /** "v1.34.1" */
  readonly kubernetes?: string;
  /** "v1.9.0" */
  readonly kubeVirt?: string;
}

export type CheckupEvent =
  | { readonly type: 'worker'; readonly pid: number }
  | { readonly type: 'claim'; readonly state: ClaimState; readonly configMap: ClaimedConfigMap }
  | {
      readonly type: 'input';
      readonly timeoutMs: number;
      /** The first is that of the plain output keys. */
      readonly ipFamilies: readonly IpFamily[];
      /** For human eyes. */
      readonly parameters: Readonly<Record<string, string>>;
      readonly plain: PlainParameters;
    }
  | { readonly type: 'cluster'; readonly versions: ClusterVersions }
  | { readonly type: 'network'; readonly binding: Binding; readonly reason: string }
  /** The VMs' disk image. */
  | { readonly type: 'image'; readonly image: string }
  /** It is about to be asked for, with these labels. */
  | { readonly type: 'creating'; readonly vmi: ObjectRef; readonly labels: Readonly<Record<string, string>> }
  | { readonly type: 'created'; readonly vmi: ObjectRef; readonly uid: string }
  | { readonly type: 'placement'; readonly role: Role; readonly node: string }
  /** A live migration was seen: from here on no one node is the VM's. */
  | { readonly type: 'migration'; readonly role: Role; readonly from: string; readonly to: string }
  /** With its prefix length: "198.18.0.1/29". */
  | { readonly type: 'address'; readonly role: Role; readonly address: string }
  /** Nanoseconds from the first request to the first reply. */
  | { readonly type: 'first-reply'; readonly route: Route; readonly afterNs: number }
  | { readonly type: 'path-mtu'; readonly route: Route; readonly pathMtu: PathMtu }
  | { readonly type: 'latency'; readonly route: Route; readonly measurement: Measurement }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'removed'; readonly vmi: ObjectRef }
  /** Left on purpose, for a look at it. */
  | { readonly type: 'kept'; readonly vmi: ObjectRef }
  | { readonly type: 'failure'; readonly stage: Stage; readonly code: ErrorCode; readonly message: string }
  /** Of the failure of this stage, which came before. */
  | { readonly type: 'diagnosis'; readonly stage: Stage; readonly diagnosis: Diagnosis };

export const EVENT_VERSION = 4;
const PREFIX = 'checkup-event-';
export const EVENT_CONTENT_TYPE = 'application/json';

export function eventAttachmentName(event: CheckupEvent): string {
  return `${PREFIX}${event.type}`;
}

export function isEventAttachment(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Attachments are read by people: whatever would act or hide in a terminal is spelled. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function encodeEvent(event: CheckupEvent): string {
  return JSON.stringify({ version: EVENT_VERSION, ...event }).replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  let spelled = '';
  for (let index = 0; index < character.length; index += 1) {
    spelled += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return spelled;
}
