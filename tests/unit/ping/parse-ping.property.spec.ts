// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { parseFirstReply, parsePing } from '../../../fixtures/ping/parse-ping.ts';
import { CheckupError } from '../../../model/errors.ts';
import type { PingSample } from '../../../model/sample.ts';
import { anyText, holds } from '../property.ts';
import { printedSample, type AnsweredRequest, type PrintedSample } from './printed-sample.ts';

const NS_PER_MS = 1_000_000;

/** Expects a consistent sample, or MeasurementFailed. */
function read(text: string, intervalMs = 100): PingSample | undefined {
  try {
    const { sample } = parsePing(text, intervalMs);
    const { latency } = sample;
    const counts = Object.values<number>({ ...sample, latency: 0 });
    for (const number of [...counts, ...Object.values<number>({ ...latency })]) {
      assert.deepEqual([number, Number.isSafeInteger(number) && number >= 0], [number, true]);
    }
    assert.ok(sample.received <= sample.transmitted);
    assert.equal(latency !== undefined, sample.received > 0);
    if (latency !== undefined) {
      const { minNs, avgNs, maxNs, p50Ns, p90Ns, p95Ns, p99Ns, p999Ns = maxNs } = latency;
      for (const ascending of [
        [minNs, avgNs, maxNs],
        [minNs, p50Ns, p90Ns, p95Ns, p99Ns, p999Ns, maxNs],
      ]) {
        assert.deepEqual(
          ascending,
          ascending.toSorted((a, b) => a - b),
        );
      }
    }
    return sample;
  } catch (error) {
    if (!(error instanceof CheckupError) || error.code !== 'MeasurementFailed') throw error;
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    return undefined;
  }
}

/** Returns the expected sample from a reference library; times may differ by one nanosecond of rounding. */
function reference(printed: PrintedSample): PingSample {
  const { transmitted, duplicates, errors, corrupted, timeMs, answered, roundTripsUs, iputils } = printed;
  const counts = { transmitted, received: answered.length, duplicates, errors, corrupted };
  const whole = { ...counts, longestGapNs: referenceGap(printed), ...(iputils ? { timeMs } : {}) };
  if (roundTripsUs === undefined) return whole;
  const [minNs, avgNs, maxNs, mdevNs] = roundTripsUs.map((us) => us * 1000) as [number, number, number, number];
  const rtts = answered.map(({ printedMs }) => printedMs * NS_PER_MS).sort((a, b) => a - b);
  const within = (p: number): number => Math.min(Math.max(quantileSorted(rtts, p), minNs), maxNs);
  const bySequence = new Map(answered.map((reply) => [reply.sequence, reply.printedMs * NS_PER_MS]));
  const differences = [...bySequence].flatMap(([sequence, rtt]) => {
    const before = bySequence.get(sequence - 1);
    return before === undefined ? [] : [Math.abs(rtt - before)];
  });
  const spread = { stdDevNs: iputils ? mdevNs : standardDeviation(rtts) };
  const percentiles = { p50Ns: within(0.5), p90Ns: within(0.9), p95Ns: within(0.95), p99Ns: within(0.99) };
  const jitter = differences.length === 0 ? {} : { jitterNs: mean(differences) };
  return { ...whole, latency: { minNs, avgNs, maxNs, ...spread, ...percentiles, ...jitter } };
}

function referenceGap({ answered, intervalMs, transmitted, stamped }: PrintedSample): number {
  const scheduled = ({ sequence, printedMs }: AnsweredRequest): number => (sequence - 1) * intervalMs + printedMs;
  const first = answered[0];
  const last = answered.at(-1);
  if (first === undefined || last === undefined) return transmitted * intervalMs * NS_PER_MS;
  const moments = answered.map((reply) => (stamped ? reply.arrivedUs / 1000 : scheduled(reply)));
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  const ends = [scheduled(first), transmitted * intervalMs - (scheduled(last) + intervalMs)];
  return Math.max(0, ...ends, ...gaps) * NS_PER_MS;
}

function assertClose(actual: PingSample | undefined, expected: PingSample): void {
  assert.ok(actual !== undefined);
  assert.deepEqual(Object.keys({ ...actual }).sort(), Object.keys({ ...expected }).sort());
  assert.deepEqual(Object.keys({ ...actual.latency }).sort(), Object.keys({ ...expected.latency }).sort());
  const flat = ({ latency, ...counts }: PingSample): Record<string, number> => ({ ...counts, ...latency });
  const seen = flat(actual);
  for (const [key, value] of Object.entries(flat(expected))) {
    const difference = Math.abs((seen[key] ?? Number.NaN) - value);
    assert.ok(difference <= (key.endsWith('Ns') ? 1 : 0), `${key}: ${String(seen[key])}, the reference says ${value}`);
  }
}

test('parses the output of both pings as a reference library does', () => {
  holds([printedSample], (printed) => {
    assertClose(read(printed.text, printed.intervalMs), reference(printed));
  });
});

test('the first reply is the earliest arrival, measured from the first request', () => {
  holds([printedSample], ({ text, intervalMs, answered }) => {
    const [first] = answered;
    const expected =
      first === undefined ? undefined : Math.round(((first.sequence - 1) * intervalMs + first.printedMs) * NS_PER_MS);
    assert.equal(parseFirstReply(text, intervalMs), expected);
  });
});

test('parses a changed transcript to a consistent sample, or refuses it', () => {
  const digits = fc.stringMatching(/^\d{1,400}$/);
  const change = fc.record({
    at: fc.nat(),
    drop: fc.nat(20),
    add: fc.oneof(anyText, digits, fc.constantFrom('.', '/', '-', '\n')),
  });
  holds([printedSample, fc.array(change, { minLength: 1, maxLength: 5 })], ({ text }, changes) => {
    read(
      changes.reduce((current, { at, drop, add }) => {
        const position = at % (current.length + 1);
        return current.slice(0, position) + add + current.slice(position + drop);
      }, text),
    );
  });
});

test('parses any text to a consistent sample, or refuses it', () => {
  const summary = fc.constantFrom(
    '5 packets transmitted, 5 received',
    '\nrtt min/avg/max/mdev = 1/2/3/4 ms',
    ', time 1ms',
    '\n64 bytes from a: icmp_seq=1 ttl=64 time=1 ms',
    '\n[1.000000] 64 bytes from a: seq=0 time=999999999.999999 ms',
    '[    1.000000] kernel\n',
    ' (DUP!)',
  );
  holds([fc.array(fc.oneof(anyText, summary)).map((parts) => parts.join(''))], (text) => {
    read(text);
  });
});

for (const [what, text] of [
  [
    'more digits than a number holds',
    `1 packets transmitted, 1 received\nrtt min/avg/max/mdev = 1/2/${'9'.repeat(400)}/1 ms`,
  ],
  ['more packets than a number holds', `${'9'.repeat(400)} packets transmitted, 0 received, 100% packet loss`],
  ['more received than transmitted', '1 packets transmitted, 2 received\nrtt min/avg/max/mdev = 1/2/3/1 ms'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.equal(read(text), undefined);
  });
}
