/** Any event at all, made up by fast-check. */
import fc from 'fast-check';
import { DIAGNOSIS_IDS } from '../../../model/diagnosis.ts';
import { ERROR_CODES } from '../../../model/errors.ts';
import { BINDINGS, ROLES, type CheckupEvent } from '../../../model/events.ts';
import { IP_FAMILIES } from '../../../model/ip-family.ts';
import { DIRECTIONS } from '../../../model/routes.ts';
import { anyText } from '../property.ts';
import {
  LATENCY,
  LATENCY_MEMBERS,
  LATENCY_STATISTICS,
  type Latency,
  type LatencyMember,
} from '../../../model/latency.ts';

const STAGES = ['input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown'] as const;
const anyCount = fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));

/** @param count what numbers there are; the decoder takes any from 0 on. @param timestamp of a ConfigMap that was claimed. */
export function anyEvent(count: fc.Arbitrary<number> = anyCount, timestamp = anyText): fc.Arbitrary<CheckupEvent> {
  const ref = fc.record({ namespace: anyText, name: anyText });
  const times = Object.fromEntries(LATENCY_MEMBERS.map((member) => [member, count])) as Record<
    LatencyMember,
    typeof count
  >;
  const requiredKeys = LATENCY_MEMBERS.filter((member) => !('optional' in LATENCY[member]));
  const latency = fc.record(times, { requiredKeys }) as fc.Arbitrary<Latency>;
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
  const families = fc.shuffledSubarray([...IP_FAMILIES], { minLength: 1 });
  const given = {
    network: ref,
    ...{ sampleDurationMs: count, sampleIntervalMs: count, packetSizeBytes: count, timeoutMs: count },
    ...{ latencyStatistic: fc.constantFrom(...LATENCY_STATISTICS), ipFamilies: families },
    ...{ addressing: fc.constantFrom('static', 'dhcp'), skipTeardown: fc.constantFrom('never', 'onfailure', 'always') },
    ...{ sourceAddresses: fc.array(anyText, { maxLength: 2 }), targetAddresses: fc.array(anyText, { maxLength: 2 }) },
    ...{ bidirectional: fc.boolean(), probeMtu: fc.boolean() },
  };
  const limits = { maxLatencyNs: count, maxPacketLossPercent: fc.nat({ max: 100 }) };
  const plain = fc.oneof(
    fc.record(given),
    fc.record({ ...given, ...limits, sourceNode: anyText, targetNode: anyText }),
  );

  return fc.oneof(
    fc.record({
      type: fc.constant('claim' as const),
      state: fc.constantFrom('asked' as const, 'held' as const, 'refused' as const),
      configMap: fc.record({
        namespace: anyText,
        name: anyText,
        uid: anyText,
        startTimestamp: timestamp,
        runId: anyText,
      }),
    }),
    fc.record({ type: fc.constant('worker' as const), pid: count }),
    fc.record({
      ...{ type: fc.constant('input' as const), timeoutMs: count, ipFamilies },
      parameters: fc.dictionary(anyText, anyText),
      plain,
    }),
    fc.record({ type: fc.constant('network' as const), binding: fc.constantFrom(...BINDINGS), reason: anyText }),
    fc.record({
      type: fc.constant('cluster' as const),
      versions: fc.oneof(fc.record({}), fc.record({ kubernetes: anyText, kubeVirt: anyText })),
    }),
    fc.record({ type: fc.constant('image' as const), image: anyText }),
    fc.record({ type: fc.constant('creating' as const), vmi: ref, labels: fc.dictionary(anyText, anyText) }),
    fc.record({ type: fc.constant('created' as const), vmi: ref, uid: anyText }),
    fc.record({ type: fc.constantFrom('removed' as const, 'kept' as const), vmi: ref }),
    fc.record({ type: fc.constant('migration' as const), role, from: anyText, to: anyText }),
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
}
