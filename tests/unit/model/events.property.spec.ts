import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { DIAGNOSIS_IDS } from '../../../model/diagnosis.ts';
import { ERROR_CODES } from '../../../model/errors.ts';
import { decodeEvent } from '../../../model/decode-event.ts';
import {
  BINDINGS,
  encodeEvent,
  eventAttachmentName,
  isEventAttachment,
  ROLES,
  type CheckupEvent,
} from '../../../model/events.ts';
import { IP_FAMILIES } from '../../../model/ip-family.ts';
import { DIRECTIONS } from '../../../model/routes.ts';
import { foldEvent, foldEvents } from '../../../reporters/record.ts';
import { anyText, holds } from '../property.ts';

const STAGES = ['input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown'] as const;
const ref = fc.record({ namespace: anyText, name: anyText });
const count = fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
const times = { minNs: count, avgNs: count, maxNs: count, stdDevNs: count, p50Ns: count, p90Ns: count, p99Ns: count };
const latency = fc.oneof(fc.record(times), fc.record({ ...times, p999Ns: count, jitterNs: count }));
const counts = {
  transmitted: count,
  received: count,
  duplicates: count,
  errors: count,
  corrupted: count,
  longestGapNs: count,
  durationMs: count,
  intervalMs: count,
  packetSizeBytes: count,
};
const measurement = fc.oneof(
  fc.record({ tool: anyText, ...counts }),
  fc.record({ tool: anyText, ...counts, timeMs: count, latency }),
);

const ipFamilies = fc.array(fc.constantFrom(...IP_FAMILIES), { maxLength: 2 });
const route = fc.record({ family: fc.constantFrom(...IP_FAMILIES), direction: fc.constantFrom(...DIRECTIONS) });
const pathMtu = fc.record({ interfaceMtuBytes: count, largestPayloadBytes: count });
const role = fc.constantFrom(...ROLES);

const event: fc.Arbitrary<CheckupEvent> = fc.oneof(
  fc.record({
    type: fc.constant('claim' as const),
    state: fc.constantFrom('asked' as const, 'held' as const, 'refused' as const),
    configMap: fc.record({ namespace: anyText, name: anyText, uid: anyText, startTimestamp: anyText }),
  }),
  fc.record({ type: fc.constant('worker' as const), pid: count }),
  fc.record({
    ...{ type: fc.constant('input' as const), timeoutMs: count, ipFamilies },
    parameters: fc.dictionary(anyText, anyText),
  }),
  fc.record({ type: fc.constant('network' as const), binding: fc.constantFrom(...BINDINGS), reason: anyText }),
  fc.record({
    type: fc.constant('cluster' as const),
    versions: fc.oneof(fc.record({}), fc.record({ kubernetes: anyText, kubeVirt: anyText })),
  }),
  fc.record({ type: fc.constant('image' as const), image: anyText }),
  fc.record({ type: fc.constantFrom('creating' as const, 'removed' as const, 'kept' as const), vmi: ref }),
  fc.record({
    ...{ type: fc.constant('diagnosis' as const), stage: fc.constantFrom(...STAGES) },
    diagnosis: fc.record({
      ...{ id: fc.constantFrom(...DIAGNOSIS_IDS), summary: anyText, meaning: anyText },
      ...{ evidence: fc.array(anyText), next: fc.array(anyText) },
    }),
  }),
  fc.record({ type: fc.constant('placement' as const), role, node: anyText }),
  fc.record({ type: fc.constant('address' as const), role, address: anyText }),
  fc.record({ type: fc.constant('first-reply' as const), route, afterNs: count }),
  fc.record({ type: fc.constant('path-mtu' as const), route, pathMtu }),
  fc.record({ type: fc.constant('latency' as const), route, measurement }),
  fc.record({ type: fc.constant('warning' as const), message: anyText }),
  fc.record({
    type: fc.constant('failure' as const),
    stage: fc.constantFrom(...STAGES),
    code: fc.constantFrom(...ERROR_CODES),
    message: anyText,
  }),
);

/** What decodes is an event that encodes; what does not is a TypeError or a SyntaxError. */
function decoded(json: string): CheckupEvent | undefined {
  try {
    const value = decodeEvent(json);
    assert.deepEqual(decodeEvent(encodeEvent(value)), value);
    foldEvents([value]);
    return value;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

test('every event reads back', () => {
  holds([event], (sent) => {
    const plain: unknown = JSON.parse(JSON.stringify(sent));
    assert.deepEqual(decoded(encodeEvent(sent)), plain);
    assert.equal(isEventAttachment(eventAttachmentName(sent)), true);
  });
});

test('an event of another version, or with a part lost or changed, is refused or still an event', () => {
  const change = fc.oneof(fc.constantFrom(undefined, null, -1, '', true), fc.array(anyText), fc.double(), ref);
  holds([event, fc.nat(), change], (sent, at, value) => {
    const json = JSON.parse(encodeEvent(sent)) as Record<string, unknown>;
    const keys = Object.keys(json);
    const key = keys[at % keys.length] ?? 'type';
    const changed = decoded(JSON.stringify({ ...json, [key]: value }));
    if (key === 'version') assert.equal(changed, undefined);
  });
});

test('any text is refused', () => {
  const pieces = fc.oneof(
    anyText,
    fc.json(),
    fc.constantFrom('{"version":1,"type":"warning"', ',"message":', '"m"', '}'),
  );
  holds([fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''))], (text) => {
    decoded(text);
  });
});

test('events fold one by one as they do together', () => {
  holds([fc.array(event, { maxLength: 10 })], (events) => {
    assert.deepEqual(events.reduce(foldEvent, foldEvents([])), foldEvents(events));
  });
});
