/** Reads what the worker told. Whatever does not decode is an error, never ignored. */
import { DIAGNOSIS_IDS, type Diagnosis } from './diagnosis.ts';
import { ERROR_CODES } from './errors.ts';
import { BINDINGS, CLAIM_STATES, EVENT_VERSION, ROLES } from './events.ts';
import type { CheckupEvent, ClusterVersions, ObjectRef } from './events.ts';
import { IP_FAMILIES, type IpFamily } from './ip-family.ts';
import { LATENCY, LATENCY_MEMBERS, type Latency } from './latency.ts';
import type { PlainParameters } from './parameters.ts';
import type { PathMtu } from './path-mtu.ts';
import { DIRECTIONS, type Route } from './routes.ts';
import type { Measurement } from './sample.ts';
import { isStage, type Stage } from './stages.ts';

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

/** One of these values. */
function choice<T extends string>(source: Json, key: string, choices: readonly T[]): T {
  const found = choices.find((candidate) => candidate === source[key]);
  if (found === undefined) throw new TypeError(`"${key}" is none of ${choices.join(', ')}`);
  return found;
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

function optional<K extends string>(source: Json, key: K): Partial<Record<K, number>> {
  return source[key] === undefined ? {} : ({ [key]: count(source, key) } as Record<K, number>);
}

function latency(value: unknown): Latency {
  const source = object(value, 'latency');
  const members = LATENCY_MEMBERS.map((member) =>
    'optional' in LATENCY[member] ? optional(source, member) : { [member]: count(source, member) },
  );
  return Object.assign({}, ...members) as Latency;
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
    ...optional(source, 'timeMs'),
    ...(source['latency'] === undefined ? {} : { latency: latency(source['latency']) }),
  };
}

function route(value: unknown): Route {
  const source = object(value, 'route');
  return { family: choice(source, 'family', IP_FAMILIES), direction: choice(source, 'direction', DIRECTIONS) };
}

function pathMtu(value: unknown): PathMtu {
  const source = object(value, 'pathMtu');
  return {
    interfaceMtuBytes: count(source, 'interfaceMtuBytes'),
    largestPayloadBytes: count(source, 'largestPayloadBytes'),
  };
}

function families(value: unknown): IpFamily[] {
  if (!Array.isArray(value)) throw new TypeError('"ipFamilies" is not a list');
  return value.map((family: unknown) => choice({ family }, 'family', IP_FAMILIES));
}

function stage(source: Json): Stage {
  const value = source['stage'];
  if (!isStage(value)) throw new TypeError('"stage" is not a stage');
  return value;
}

function texts(source: Json, key: string): string[] {
  const value = source[key];
  if (!Array.isArray(value)) throw new TypeError(`"${key}" is not a list`);
  return value.map((entry: unknown) => text({ [key]: entry }, key));
}

function diagnosis(value: unknown): Diagnosis {
  const source = object(value, 'diagnosis');
  return {
    id: choice(source, 'id', DIAGNOSIS_IDS),
    summary: text(source, 'summary'),
    meaning: text(source, 'meaning'),
    evidence: texts(source, 'evidence'),
    next: texts(source, 'next'),
  };
}

function versions(value: unknown): ClusterVersions {
  const source = object(value, 'versions');
  return {
    ...(source['kubernetes'] === undefined ? {} : { kubernetes: text(source, 'kubernetes') }),
    ...(source['kubeVirt'] === undefined ? {} : { kubeVirt: text(source, 'kubeVirt') }),
  };
}

function textMap(value: unknown, what: string): Record<string, string> {
  const source = object(value, what);
  return Object.fromEntries(Object.keys(source).map((key) => [key, text(source, key)]));
}

function truth(source: Json, key: string): boolean {
  const value = source[key];
  if (typeof value !== 'boolean') throw new TypeError(`"${key}" is not true or false`);
  return value;
}

function plainParameters(value: unknown): PlainParameters {
  const source = object(value, 'plain');
  const optionalText = (key: 'sourceNode' | 'targetNode') =>
    source[key] === undefined ? {} : { [key]: text(source, key) };
  return {
    network: ref(source['network'], 'network'),
    ...optionalText('sourceNode'),
    ...optionalText('targetNode'),
    sampleDurationMs: count(source, 'sampleDurationMs'),
    sampleIntervalMs: count(source, 'sampleIntervalMs'),
    packetSizeBytes: count(source, 'packetSizeBytes'),
    ...optional(source, 'maxLatencyNs'),
    latencyStatistic: text(source, 'latencyStatistic'),
    ...optional(source, 'maxPacketLossPercent'),
    ipFamilies: texts(source, 'ipFamilies'),
    addressing: text(source, 'addressing'),
    sourceAddresses: texts(source, 'sourceAddresses'),
    targetAddresses: texts(source, 'targetAddresses'),
    bidirectional: truth(source, 'bidirectional'),
    probeMtu: truth(source, 'probeMtu'),
    skipTeardown: text(source, 'skipTeardown'),
    timeoutMs: count(source, 'timeoutMs'),
  };
}

/** @throws TypeError or SyntaxError saying what is wrong with the attachment. */
export function decodeEvent(json: string): CheckupEvent {
  const source = object(JSON.parse(json), 'event');
  if (source['version'] !== EVENT_VERSION)
    throw new TypeError(`event version ${String(source['version'])} is not ${EVENT_VERSION}`);
  switch (source['type']) {
    case 'worker':
      return { type: 'worker', pid: count(source, 'pid') };
    case 'claim': {
      const claimed = object(source['configMap'], 'configMap');
      const { namespace, name } = ref(claimed, 'configMap');
      return {
        type: 'claim',
        state: choice(source, 'state', CLAIM_STATES),
        configMap: {
          namespace,
          name,
          uid: text(claimed, 'uid'),
          startTimestamp: text(claimed, 'startTimestamp'),
          runId: text(claimed, 'runId'),
        },
      };
    }
    case 'input':
      return {
        type: 'input',
        timeoutMs: count(source, 'timeoutMs'),
        ipFamilies: families(source['ipFamilies']),
        parameters: textMap(source['parameters'], 'parameters'),
        plain: plainParameters(source['plain']),
      };
    case 'network':
      return { type: 'network', binding: choice(source, 'binding', BINDINGS), reason: text(source, 'reason') };
    case 'cluster':
      return { type: 'cluster', versions: versions(source['versions']) };
    case 'image':
      return { type: 'image', image: text(source, 'image') };
    case 'creating':
      return { type: 'creating', vmi: ref(source['vmi'], 'vmi'), labels: textMap(source['labels'], 'labels') };
    case 'created':
      return { type: 'created', vmi: ref(source['vmi'], 'vmi'), uid: text(source, 'uid') };
    case 'removed':
      return { type: 'removed', vmi: ref(source['vmi'], 'vmi') };
    case 'placement':
      return { type: 'placement', role: choice(source, 'role', ROLES), node: text(source, 'node') };
    case 'migration': {
      const [from, to] = [text(source, 'from'), text(source, 'to')];
      return { type: 'migration', role: choice(source, 'role', ROLES), from, to };
    }
    case 'address':
      return { type: 'address', role: choice(source, 'role', ROLES), address: text(source, 'address') };
    case 'first-reply':
      return { type: 'first-reply', route: route(source['route']), afterNs: count(source, 'afterNs') };
    case 'path-mtu':
      return { type: 'path-mtu', route: route(source['route']), pathMtu: pathMtu(source['pathMtu']) };
    case 'latency':
      return { type: 'latency', route: route(source['route']), measurement: measurement(source['measurement']) };
    case 'warning':
      return { type: 'warning', message: text(source, 'message') };
    case 'kept':
      return { type: 'kept', vmi: ref(source['vmi'], 'vmi') };
    case 'failure': {
      const code = choice(source, 'code', ERROR_CODES);
      return { type: 'failure', stage: stage(source), code, message: text(source, 'message') };
    }
    case 'diagnosis':
      return { type: 'diagnosis', stage: stage(source), diagnosis: diagnosis(source['diagnosis']) };
    default:
      throw new TypeError('unknown event type');
  }
}
