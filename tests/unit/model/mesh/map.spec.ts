// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { renderFailedPairs, renderMap, renderPair, renderWorstPairs } from '../../../../model/mesh/map.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { sampleLatency } from '../../sample-latency.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn, UNMEASURED } from './mesh-pairs.ts';

function pair(from: string, to: string, facts: Partial<MeshPair>): MeshPair {
  return { from, to, family: 'ipv4', round: 1, ...passedIn(1), ...facts };
}

const IPV6 = 'ipv6';

test('the map has a row and a column for each node, in the given order', () => {
  const pairs = meshPairs(nodeNames(4), (a, b) => {
    if (b === 'w4') return UNMEASURED;
    return a === 'w1' && b === 'w3' ? NO_REPLY : undefined;
  });
  expect(renderMap(['w3', 'w1', 'w2', 'w4'], pairs, 'p90')).toEqual(['.xe-', 'x.e-', 'ee.-', '---.']);
});

for (const [ms, level] of [
  [0.001, '0'],
  [0.01, '0'],
  [0.1, '7'],
  [1, 'e'],
  [10, 'l'],
  [100, 's'],
  [500, 'w'],
  [999, 'z'],
  [60_000, 'z'],
] as const) {
  test(`${ms} ms is "${level}" on the map`, () => {
    expect(renderMap(['a', 'b'], [pair('a', 'b', passedIn(ms))], 'p90')).toEqual([`.${level}`, `${level}.`]);
  });
}

test('no latency is drawn like a failure', () => {
  for (let ms = 0.001; ms < 2000; ms *= 1.05) {
    expect(renderMap(['a', 'b'], [pair('a', 'b', passedIn(ms))], 'p90').join()).not.toContain('x');
  }
});

test('with both directions each has its own place, and of two families the worse one is shown', () => {
  const both = [pair('a', 'b', passedIn(1)), pair('b', 'a', passedIn(100))];
  expect(renderMap(['a', 'b'], both, 'p90')).toEqual(['.e', 's.']);
  const failed = pair('a', 'b', { ...NO_REPLY, family: IPV6 });
  expect(renderMap(['a', 'b'], [failed, ...both], 'p90')).toEqual(['.x', 's.']);
  expect(renderMap(['a', 'b'], [...both, failed], 'p90')).toEqual(['.x', 's.']);
  expect(renderMap(['a', 'b'], [...both, pair('a', 'b', { ...passedIn(999), family: IPV6 })], 'p90')).toEqual([
    '.z',
    's.',
  ]);
});

const LOSSY = { transmitted: 50, received: 49, latency: sampleLatency([61.2e6]) };

for (const [facts, line] of [
  [passedIn(1.2), 'p90 1.2ms, loss 0%'],
  [NO_REPLY, 'failed, no reply'],
  [{ state: 'failed', sample: LOSSY, notRetested: true }, 'failed, p90 61.2ms, loss 2%, not retested'],
  [
    { ...passedIn(3.1), state: 'contended', retest: { transmitted: 5, received: 5, latency: sampleLatency([1.2e6]) } },
    'contended, p90 1.2ms, 3.1ms in parallel, loss 0%',
  ],
  [{ state: 'unmeasured', reason: 'the VM failed' }, 'unmeasured, the VM failed'],
] as [Partial<MeshPair>, string][]) {
  test(`a pair in one line: ${line}`, () => {
    const { sample, ...rest } = pair('w1', 'w7', facts);
    const one: MeshPair = { ...rest, ...(facts.sample !== undefined && sample !== undefined && { sample }) };
    expect(renderPair(one, 'p90')).toBe(`w1 → w7: ${line}`);
  });
}

test('lists the five worst pairs, with the family if there are several', () => {
  const pairs = meshPairs(nodeNames(5), (a, b) => (b === 'w5' && a === 'w1' ? NO_REPLY : passedIn(Number(b.slice(1)))));
  expect(renderWorstPairs(pairs, 'p90')).toEqual([
    'w1 → w5: failed, no reply',
    'w2 → w5: p90 5ms, loss 0%',
    'w3 → w5: p90 5ms, loss 0%',
    'w4 → w5: p90 5ms, loss 0%',
    'w1 → w4: p90 4ms, loss 0%',
  ]);
  expect(renderWorstPairs([...pairs, pair('a', 'b', { ...NO_REPLY, family: IPV6 })], 'p90').slice(0, 2)).toEqual([
    'w1 → w5 (IPv4): failed, no reply',
    'a → b (IPv6): failed, no reply',
  ]);
});

test('lists at most 50 failed pairs, and counts the others', () => {
  const lines = renderFailedPairs(
    meshPairs(nodeNames(20), () => NO_REPLY),
    'p90',
  );
  expect([lines.length, lines[0], lines[50]]).toEqual([51, 'w1 → w2: failed, no reply', 'and 140 more']);
  expect(
    renderFailedPairs(
      meshPairs(nodeNames(5), (a) => (a === 'w1' ? NO_REPLY : undefined)),
      'p90',
    ),
  ).toHaveLength(4);
  expect(renderFailedPairs(meshPairs(nodeNames(3)), 'p90')).toEqual([]);
});
