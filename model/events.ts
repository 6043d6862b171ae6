// SPDX-License-Identifier: Apache-2.0
/**
 * The events that the worker reports to the main process: a versioned union, attached to the test as JSON under reserved names. Types,
 * encoding and decoding come from one schema. An attachment under a reserved name that does not decode is an error.
 */
import * as v from 'valibot';
import { CELL, GUEST_ID } from './cells.ts';
import { DIAGNOSIS } from './diagnosis.ts';
import { ERROR_CODES } from './errors.ts';
import { FINDING } from './finding.ts';
import { HISTORY_FIGURES, HISTORY_RUN } from './history/history-run.ts';
import { TREND } from './history/trend.ts';
import { MESH_PLAN } from './mesh/plan.ts';
import { MESH_PAIR } from './mesh/pair.ts';
import { MIGRATION } from './migration.ts';
import { OBJECT_REF, type ObjectRef } from './object-ref.ts';
import { RESOLVED_PARAMETERS } from './parameters.ts';
import { PATH_MTU } from './path-mtu.ts';
import { MEASUREMENT } from './sample.ts';
import { described, WHOLE, type Infer } from './schema.ts';
import { STAGES } from './stages.ts';
import { quoted } from './text.ts';

/** How a VM is attached to the network. */
export const BINDING = v.picklist(['bridge', 'sriov']);
export type Binding = v.InferOutput<typeof BINDING>;

/** The claim is about to be written, it is this run's, or the ConfigMap belongs to another run. */
const CLAIM_STATE = v.picklist(['asked', 'held', 'refused']);
export type ClaimState = v.InferOutput<typeof CLAIM_STATE>;

const CLAIMED_CONFIG_MAP = v.object({
  ...OBJECT_REF.entries,
  uid: v.string(),
  /** As written into `status.startTimestamp`. */
  startTimestamp: v.pipe(v.string(), v.isoTimestamp()),
  /** 16 hexadecimal digits, as written into `status.runId`. */
  runId: v.string(),
});
export type ClaimedConfigMap = Infer<typeof CLAIMED_CONFIG_MAP>;

/** The versions of KubeVirt and Kubernetes, as far as they could be read. */
export const CLUSTER_VERSIONS = v.object({
  kubernetes: v.exactOptional(described(v.string(), 'Version of the API server, such as v1.34.1.')),
  kubeVirt: v.exactOptional(described(v.string(), 'Version of KubeVirt, such as v1.9.0.')),
});
export type ClusterVersions = Infer<typeof CLUSTER_VERSIONS>;

const LABELS = v.record(v.string(), v.string());

/** The identity of a VMI of this run: another client may reuse its name. */
export interface CreatedVmi extends ObjectRef {
  /** Labels of the VMI as sent in the request; one identifies the run. */
  readonly labels: Infer<typeof LABELS>;
  /** Undefined until the API server has responded to the creation. */
  readonly uid: string | undefined;
}

/** Members of an event about one network of the run: "namespace/name" of its NetworkAttachmentDefinition. */
const NETWORK = { network: v.exactOptional(v.string()) };

export const EVENT = v.variant('type', [
  v.object({ type: v.literal('worker'), pid: WHOLE }),
  v.object({ type: v.literal('claim'), state: CLAIM_STATE, configMap: CLAIMED_CONFIG_MAP }),
  v.object({ type: v.literal('input'), parameters: RESOLVED_PARAMETERS }),
  v.object({ type: v.literal('cluster'), ...NETWORK, versions: CLUSTER_VERSIONS }),
  v.object({ type: v.literal('network'), ...NETWORK, binding: BINDING, reason: v.string() }),
  /** The VMs' disk image. */
  v.object({ type: v.literal('image'), ...NETWORK, image: v.string() }),
  /** The VMI is about to be created, with these labels. */
  v.object({ type: v.literal('creating'), ...NETWORK, vmi: OBJECT_REF, labels: LABELS }),
  v.object({ type: v.literal('created'), ...NETWORK, vmi: OBJECT_REF, uid: v.string() }),
  v.object({ type: v.literal('placement'), ...NETWORK, guest: GUEST_ID, node: v.string() }),
  /** The VM was live-migrated without a request of this run: the results no longer contain its node. */
  v.object({ type: v.literal('migration'), ...NETWORK, guest: GUEST_ID, from: v.string(), to: v.string() }),
  /** With its prefix length: "198.18.0.1/29". */
  v.object({ type: v.literal('address'), ...NETWORK, guest: GUEST_ID, address: v.string() }),
  /** Nanoseconds from the first request to the first reply. */
  v.object({ type: v.literal('first-reply'), ...NETWORK, cell: CELL, afterNs: WHOLE }),
  v.object({ type: v.literal('path-mtu'), ...NETWORK, cell: CELL, pathMtu: PATH_MTU }),
  v.object({ type: v.literal('latency'), ...NETWORK, cell: CELL, measurement: MEASUREMENT }),
  /** The live migration that the run requested, and the sample around it. */
  v.object({ type: v.literal('live-migration'), ...NETWORK, migration: MIGRATION }),
  /** The plan of a mesh, and the nodes whose VM did not start. */
  v.object({ type: v.literal('mesh'), ...NETWORK, plan: MESH_PLAN }),
  /** The pairs of one round, or of the retest: those replace what the round reported. */
  v.object({ type: v.literal('pairs'), ...NETWORK, pairs: v.array(MESH_PAIR), isRetest: v.boolean() }),
  /** The earlier runs that the ConfigMap contains, the oldest first. */
  v.object({ type: v.literal('history'), runs: v.array(HISTORY_RUN) }),
  /** The figures of a complete measurement, and how they compare with earlier runs. */
  v.object({ type: v.literal('trend'), ...NETWORK, figures: HISTORY_FIGURES, trend: v.exactOptional(TREND) }),
  v.object({ type: v.literal('warning'), ...NETWORK, message: v.string() }),
  v.object({ type: v.literal('removed'), ...NETWORK, vmi: OBJECT_REF }),
  /** Retained in the cluster for debugging. */
  v.object({ type: v.literal('kept'), ...NETWORK, vmi: OBJECT_REF }),
  v.object({
    type: v.literal('failure'),
    ...NETWORK,
    stage: v.picklist(STAGES),
    code: v.picklist(ERROR_CODES),
    findings: v.array(FINDING),
  }),
  /** The diagnosis of this stage's failure, which was reported before. */
  v.object({ type: v.literal('diagnosis'), ...NETWORK, stage: v.picklist(STAGES), diagnosis: DIAGNOSIS }),
]);

export type CheckupEvent = Infer<typeof EVENT>;

export const EVENT_VERSION = 9;
const PREFIX = 'checkup-event-';
export const EVENT_CONTENT_TYPE = 'application/json';

export function eventAttachmentName(event: CheckupEvent): string {
  return `${PREFIX}${event.type}`;
}

export function isEventAttachment(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Encodes an event. Control and invisible characters are escaped, because users may print attachments in a terminal. */
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function encodeEvent(event: CheckupEvent): string {
  return JSON.stringify({ version: EVENT_VERSION, ...event }).replace(CONTROL_CHARACTERS, escaped);
}

function escaped(character: string): string {
  let spelled = '';
  for (let index = 0; index < character.length; index += 1) {
    spelled += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return spelled;
}

/** @throws SyntaxError for text that is not JSON; TypeError that names the first wrong member, its value and what was expected. */
export function decodeEvent(json: string): CheckupEvent {
  const value: unknown = JSON.parse(json);
  parse(v.object({ version: v.literal(EVENT_VERSION) }), value);
  return parse(EVENT, value);
}

function parse<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  const [{ input, expected, received, path }] = issues;
  const member = path?.map(({ key }) => String(key)).join('.') ?? 'event';
  if (input === undefined) throw new TypeError(`${quoted(member)} is missing`);
  const seen = typeof input === 'string' ? quoted(input) : received;
  throw new TypeError(`${quoted(member)}: expected ${expected ?? 'another value'}, saw ${seen}`);
}
