import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import parsePrometheus from 'parse-prometheus-text-format';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { plainInput } from '../../../fixtures/input/plain-input.ts';
import { EVENT } from '../../../model/events.ts';
import { isStage } from '../../../model/stages.ts';
import { renderPrometheus } from '../../../reporters/views/prometheus.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { resultDocument } from '../../../reporters/views/json.ts';
import { schemaComplaints } from '../../support/result-schema.ts';
import { anyValue } from '../any-value.ts';
import { anyText, holds } from '../property.ts';

const stage = fc.constantFrom('input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown').filter(isStage);
const stages = fc.array(
  fc.record({
    ...{ stage, outcome: fc.constantFrom('passed' as const, 'failed' as const) },
    ...{ startTimestamp: fc.constant('2026-01-02T03:04:05.678Z'), durationMs: fc.nat() },
  }),
);
const answer = fc.record({
  verdict: fc.record({ succeeded: fc.boolean(), failureReason: anyText }),
  completed: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  interruptedBy: fc.constantFrom(undefined, 'SIGTERM', 'SIGINT'),
});
const event = anyValue(EVENT);

test('whatever a run met, result.json is as its schema says and metrics.prom is read back whole', () => {
  holds([fc.array(event, { maxLength: 20 }), answer, stages], (events, given, clock) => {
    const record = foldEvents(events);
    const document = resultDocument(record, given, clock);
    assert.deepEqual(schemaComplaints(JSON.parse(JSON.stringify(document))), []);

    const text = renderPrometheus({ ...document, stages: clock.slice(0, 1) }, record.routes);
    const metrics = parsePrometheus(text);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const samples = metrics.flatMap(({ name, metrics: own }) =>
      own.map(({ value, labels = {} }) => ({ name, value, labels })),
    );
    assert.equal(samples.length, lines.length);
    assert.equal(new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels]))).size, samples.length);
    for (const { name, value } of samples) {
      assert.match(name, /^kubevirt_vm_latency_[a-z0-9_]+$/);
      assert.ok(Number.isFinite(Number(value)), `${name} ${value}`);
    }
  });
});

const MINIMUM = {
  NETWORK_ATTACHMENT_DEFINITION_NAMESPACE: 'ns',
  NETWORK_ATTACHMENT_DEFINITION_NAME: 'net',
};

test('the input comes back in numbers, as it was given', () => {
  const given = fc.record(
    {
      SAMPLE_DURATION_SECONDS: fc.integer({ min: 1, max: 50 }),
      SAMPLE_INTERVAL_MILLISECONDS: fc.integer({ min: 1, max: 1000 }),
      PACKET_SIZE_BYTES: fc.integer({ min: 16, max: 65_507 }),
      MAX_DESIRED_LATENCY_MILLISECONDS: fc.oneof(
        fc.nat({ max: 100_000 }),
        fc.constantFrom('0.001', '0.95', '61.2', '1999.999999'),
      ),
      MAX_PACKET_LOSS_PERCENT: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom('0.5', '33.333')),
      LATENCY_STATISTIC: fc.constantFrom('max', 'avg', 'p50', 'p90', 'p99'),
      IP_FAMILIES: fc.constantFrom('ipv4', 'ipv6', 'ipv4,ipv6', 'ipv6,ipv4'),
      ADDRESSING: fc.constantFrom('static', 'dhcp'),
      BIDIRECTIONAL: fc.boolean(),
      PROBE_MTU: fc.boolean(),
      SKIP_TEARDOWN: fc.constantFrom('never', 'onfailure', 'always'),
      SOURCE_NODE: fc.constant('node-1'),
    },
    { requiredKeys: [] },
  );
  holds([given, fc.integer({ min: 1000, max: 2_000_000 })], (environment, timeoutSeconds) => {
    const texts = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
    const data = { 'spec.timeout': `${timeoutSeconds}s` };
    const input = parseInput({ ...MINIMUM, ...texts }, data, false);
    assert.deepEqual(plainInput(input), {
      network: { namespace: 'ns', name: 'net' },
      ...(input.sourceNode !== undefined && { sourceNode: input.sourceNode }),
      ...(input.targetNode !== undefined && { targetNode: input.targetNode }),
      sampleDurationMs: input.sampleDurationMs,
      sampleIntervalMs: input.sampleIntervalMs,
      packetSizeBytes: input.packetSizeBytes,
      ...(input.limits.maxLatencyNs !== undefined && { maxLatencyNs: input.limits.maxLatencyNs }),
      latencyStatistic: input.limits.latencyStatistic,
      ...(input.limits.maxPacketLossPercent !== undefined && {
        maxPacketLossPercent: input.limits.maxPacketLossPercent,
      }),
      ipFamilies: input.ipFamilies,
      addressing: input.addressing,
      sourceAddresses: [],
      targetAddresses: [],
      bidirectional: input.bidirectional,
      probeMtu: input.probeMtu,
      skipTeardown: input.skipTeardown,
      timeoutMs: input.timeoutMs,
    });
  });
});
