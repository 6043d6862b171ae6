import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { parsePing } from '../../../fixtures/ping/parse-ping.ts';
import { CheckupError } from '../../../model/errors.ts';
import type { PingSample } from '../../../model/sample.ts';
import { anyText, holds } from '../property.ts';

const US = 1000;
const us = fc.integer({ min: 0, max: 60_000_000 });
const ms = (ns: number): string => `${Math.floor(ns / 1e6)}.${String((ns % 1e6) / US).padStart(3, '0')}`;

interface Printed {
  sample: PingSample;
  text: string;
}

const counts = fc.record({
  transmitted: fc.integer({ min: 1, max: 100_000 }),
  lost: fc.nat(100_000),
  duplicates: fc.nat(3),
  errors: fc.nat(3),
});

/** A sample, and what the two families of ping print of it. */
const printed: fc.Arbitrary<Printed> = fc
  .tuple(counts, fc.tuple(us, us, us, us), fc.nat(10_000_000), fc.boolean(), fc.constantFrom('\n', '\r\n'))
  .map(([{ transmitted, lost, duplicates, errors }, times, timeMs, iputils, eol]) => {
    const received = Math.max(0, transmitted - lost);
    const [minNs, avgNs, maxNs] = times
      .slice(0, 3)
      .sort((a, b) => a - b)
      .map((time) => time * US) as [number, number, number];
    const stdDevNs = times[3] * US;
    const extra = `${duplicates > 0 ? `, +${duplicates} duplicates` : ''}${errors > 0 ? `, +${errors} errors` : ''}`;
    const loss = Number(((100 * (transmitted - received)) / transmitted).toPrecision(6));
    const latency = received === 0 ? {} : { latency: { minNs, avgNs, maxNs, ...(iputils ? { stdDevNs } : {}) } };
    const lines = iputils
      ? [
          `${transmitted} packets transmitted, ${received} received${extra}, ${loss}% packet loss, time ${timeMs}ms`,
          ...(received > 0
            ? [`rtt min/avg/max/mdev = ${[minNs, avgNs, maxNs, stdDevNs].map(ms).join('/')} ms, pipe 3`]
            : ['']),
        ]
      : [
          `${transmitted} packets transmitted, ${received} packets received, ${loss}% packet loss`,
          ...(received > 0 ? [`round-trip min/avg/max = ${[minNs, avgNs, maxNs].map(ms).join('/')} ms`] : []),
        ];
    const head = [
      'PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.',
      'no answer yet for icmp_seq=1',
      '',
      '--- ping statistics ---',
    ];
    const own = iputils ? { duplicates, errors, timeMs } : { duplicates: 0, errors: 0 };
    return { sample: { transmitted, received, ...own, ...latency }, text: [...head, ...lines, ''].join(eol) };
  });

/** A sample that adds up, or MeasurementFailed; nothing else. */
function read(text: string): PingSample | undefined {
  try {
    const sample = parsePing(text);
    const { latency } = sample;
    const numbers = [sample.transmitted, sample.received, sample.duplicates, sample.errors, sample.timeMs ?? 0];
    for (const number of [...numbers, ...Object.values<number>({ ...latency })]) {
      assert.deepEqual([number, Number.isSafeInteger(number) && number >= 0], [number, true]);
    }
    assert.ok(sample.received <= sample.transmitted);
    assert.equal(latency !== undefined, sample.received > 0);
    if (latency !== undefined) assert.equal(latency.minNs <= latency.avgNs && latency.avgNs <= latency.maxNs, true);
    return sample;
  } catch (error) {
    if (!(error instanceof CheckupError) || error.code !== 'MeasurementFailed') throw error;
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    return undefined;
  }
}

test('what either ping prints reads back', () => {
  holds([printed], ({ sample, text }) => {
    assert.deepEqual(read(text), sample);
  });
});

test('a transcript with something added, lost or changed is read to something that adds up, or refused', () => {
  const digits = fc.stringMatching(/^\d{1,400}$/);
  const change = fc.record({
    at: fc.nat(),
    drop: fc.nat(20),
    add: fc.oneof(anyText, digits, fc.constantFrom('.', '/', '-', '\n')),
  });
  holds([printed, fc.array(change, { minLength: 1, maxLength: 5 })], ({ text }, changes) => {
    read(
      changes.reduce((current, { at, drop, add }) => {
        const position = at % (current.length + 1);
        return current.slice(0, position) + add + current.slice(position + drop);
      }, text),
    );
  });
});

test('any text is refused or adds up', () => {
  const summary = fc.constantFrom(
    '5 packets transmitted, 5 received',
    '\nrtt min/avg/max/mdev = 1/2/3/4 ms',
    ', time 1ms',
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
