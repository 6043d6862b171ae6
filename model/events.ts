/**
 * What the worker tells the reporter: a versioned union, carried as JSON attachments under reserved names. The reporter
 * decodes with this module; an attachment under a reserved name that does not decode is an error, never ignored.
 */
import { ERROR_CODES, type ErrorCode } from './errors.ts';
import type { Latency, Measurement } from './sample.ts';
import { isStage, type Stage } from './stages.ts';

export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

export interface ClaimedConfigMap extends ObjectRef {
  readonly uid: string;
  /** RFC 3339, as written into `status.startTimestamp`. */
  readonly startTimestamp: string;
}

export type Role = 'source' | 'target';

/** Of the ConfigMap: about to be written, this run's, or somebody else's. */
const CLAIM_STATES = ['asked', 'held', 'refused'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export type CheckupEvent =
  | { readonly type: 'worker'; readonly pid: number }
  | { readonly type: 'claim'; readonly state: ClaimState; readonly configMap: ClaimedConfigMap }
  | { readonly type: 'input'; readonly timeoutMs: number; readonly parameters: Readonly<Record<string, string>> }
  | { readonly type: 'creating'; readonly vmi: ObjectRef }
  | { readonly type: 'placement'; readonly role: Role; readonly node: string }
  | { readonly type: 'latency'; readonly measurement: Measurement }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'removed'; readonly vmi: ObjectRef }
  | { readonly type: 'failure'; readonly stage: Stage; readonly code: ErrorCode; readonly message: string };

const VERSION = 1;
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
  return JSON.stringify({ version: VERSION, ...event }).replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

type Json = Record<string, unknown>;

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} is not an object`);
  return value as Json;
}

function text(source: Json, key: string): string {
  const value = source[key];
  if (typeof value !== 'string') throw new TypeError(`"${key}" is not a string`);
  return value;
}

function count(source: Json, key: string): number {
  const value = source[key];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new TypeError(`"${key}" is not a number ≥ 0`);
  return value;
}

function ref(value: unknown, what: string): ObjectRef {
  const source = object(value, what);
  return { namespace: text(source, 'namespace'), name: text(source, 'name') };
}

function latency(value: unknown): Latency {
  const source = object(value, 'latency');
  return {
    minNs: count(source, 'minNs'),
    avgNs: count(source, 'avgNs'),
    maxNs: count(source, 'maxNs'),
    stdDevNs: count(source, 'stdDevNs'),
    p50Ns: count(source, 'p50Ns'),
    p90Ns: count(source, 'p90Ns'),
    p99Ns: count(source, 'p99Ns'),
    ...(source['p999Ns'] === undefined ? {} : { p999Ns: count(source, 'p999Ns') }),
    ...(source['jitterNs'] === undefined ? {} : { jitterNs: count(source, 'jitterNs') }),
  };
}

function measurement(value: unknown): Measurement {
  const source = object(value, 'measurement');
  return {
    tool: text(source, 'tool'),
    transmitted: count(source, 'transmitted'),
    received: count(source, 'received'),
    duplicates: count(source, 'duplicates'),
    errors: count(source, 'errors'),
    corrupted: count(source, 'corrupted'),
    longestGapNs: count(source, 'longestGapNs'),
    durationMs: count(source, 'durationMs'),
    intervalMs: count(source, 'intervalMs'),
    packetSizeBytes: count(source, 'packetSizeBytes'),
    ...(source['timeMs'] === undefined ? {} : { timeMs: count(source, 'timeMs') }),
    ...(source['latency'] === undefined ? {} : { latency: latency(source['latency']) }),
  };
}

function failure(source: Json): CheckupEvent {
  const stage = source['stage'];
  const code = ERROR_CODES.find((candidate) => candidate === source['code']);
  if (!isStage(stage)) throw new TypeError('"stage" is not a stage');
  if (code === undefined) throw new TypeError('"code" is not an error code');
  return { type: 'failure', stage, code, message: text(source, 'message') };
}

function parameters(value: unknown): Record<string, string> {
  const source = object(value, 'parameters');
  return Object.fromEntries(Object.keys(source).map((key) => [key, text(source, key)]));
}

/** @throws TypeError or SyntaxError saying what is wrong with the attachment. */
export function decodeEvent(json: string): CheckupEvent {
  const source = object(JSON.parse(json), 'event');
  if (source['version'] !== VERSION)
    throw new TypeError(`event version ${String(source['version'])} is not ${VERSION}`);
  switch (source['type']) {
    case 'worker':
      return { type: 'worker', pid: count(source, 'pid') };
    case 'claim': {
      const claimed = object(source['configMap'], 'configMap');
      const { namespace, name } = ref(claimed, 'configMap');
      const state = CLAIM_STATES.find((candidate) => candidate === source['state']);
      if (state === undefined) throw new TypeError('"state" is not a state of a claim');
      return {
        type: 'claim',
        state,
        configMap: { namespace, name, uid: text(claimed, 'uid'), startTimestamp: text(claimed, 'startTimestamp') },
      };
    }
    case 'input':
      return { type: 'input', timeoutMs: count(source, 'timeoutMs'), parameters: parameters(source['parameters']) };
    case 'creating':
      return { type: 'creating', vmi: ref(source['vmi'], 'vmi') };
    case 'removed':
      return { type: 'removed', vmi: ref(source['vmi'], 'vmi') };
    case 'placement': {
      const role = text(source, 'role');
      if (role !== 'source' && role !== 'target') throw new TypeError('"role" is neither "source" nor "target"');
      return { type: 'placement', role, node: text(source, 'node') };
    }
    case 'latency':
      return { type: 'latency', measurement: measurement(source['measurement']) };
    case 'warning':
      return { type: 'warning', message: text(source, 'message') };
    case 'failure':
      return failure(source);
    default:
      throw new TypeError('unknown event type');
  }
}
