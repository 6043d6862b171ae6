// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { attribute } from '../../../../model/mesh/attribution.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { FAULTS, simulateFault } from '../../../../scripts/bench/simulated-faults.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn, UNMEASURED, zonesOf } from './mesh-pairs.ts';

const NODES = nodeNames(12);
const ZONES = zonesOf(NODES, [4, 4, 4]);

/** "node w7 11/11", "slow link w1 w2 1/1" */
function suspects(pairs: readonly MeshPair[], zones: Readonly<Record<string, string>> = {}): string[] {
  return attribute(pairs, zones).map(({ kind, names, bad, of, slow }) => {
    return `${slow ? 'slow ' : ''}${[kind, ...names].join(' ')} ${bad}/${of}`;
  });
}

function isBetween(zones: Readonly<Record<string, string>>, one: string, other: string) {
  return (a: string, b: string): boolean => [zones[a], zones[b]].sort().join(' ') === `${one} ${other}`;
}

test('a mesh without bad pairs has no suspects', () => {
  expect(suspects(meshPairs(NODES), ZONES)).toEqual([]);
  expect(suspects([], {})).toEqual([]);
});

for (const [what, isBad, zones, expected] of [
  ['one node', (a, b) => [a, b].includes('w7'), ZONES, ['node w7 11/11']],
  [
    'two nodes',
    (a, b) => [a, b].some((node) => ['w2', 'w7'].includes(node)),
    ZONES,
    ['node w2 11/11', 'node w7 10/10'],
  ],
  ['80 % of all pairs', (a) => Number(a.slice(1)) < 8, ZONES, ['network 56/66']],
  ['inside of a zone', isBetween(ZONES, 'b', 'b'), ZONES, ['zone b 6/6']],
  ['between two of three zones', isBetween(ZONES, 'a', 'c'), ZONES, ['zonePair a c 16/16']],
  ['from one zone to all others', (a, b) => (ZONES[a] === 'a') !== (ZONES[b] === 'a'), ZONES, ['uplink a 32/32']],
  [
    'between the only two zones',
    isBetween(zonesOf(NODES, [6, 6]), 'a', 'b'),
    zonesOf(NODES, [6, 6]),
    ['zonePair a b 36/36'],
  ],
  [
    'a zone of one node: the node, which is the smaller scope',
    (a, b) => [a, b].includes('w1'),
    zonesOf(NODES, [1, 5, 6]),
    ['node w1 11/11'],
  ],
  ['one pair', (a, b) => a === 'w1' && b === 'w2', ZONES, ['link w1 w2 1/1']],
  [
    'half of the pairs of a node: single links',
    (a, b) => a === 'w1' && Number(b.slice(1)) < 4,
    ZONES,
    ['link w1 w2 1/1', 'link w1 w3 1/1'],
  ],
  [
    'an uplink, and a node of another zone',
    (a, b) => (ZONES[a] === 'a') !== (ZONES[b] === 'a') || [a, b].includes('w12'),
    ZONES,
    ['uplink a 32/32', 'node w12 7/7'],
  ],
  [
    'the only zone without being the whole network: the nodes',
    (a) => Number(a.slice(1)) < 3,
    zonesOf(NODES, [12]),
    ['node w1 11/11', 'node w2 10/10'],
  ],
] as [string, (a: string, b: string) => boolean, Record<string, string>, string[]][]) {
  test(`names ${what}`, () => {
    expect(
      suspects(
        meshPairs(NODES, (a, b) => (isBad(a, b) ? NO_REPLY : undefined)),
        zones,
      ),
    ).toEqual(expected);
    // Whichever node pings.
    const reversed = meshPairs(NODES.toReversed(), (a, b) => (isBad(b, a) ? NO_REPLY : undefined));
    expect(suspects(reversed, zones).sort()).toEqual(expected.toSorted());
  });
}

test('a node is named although every fifth of its pairs passed', () => {
  const nodes = nodeNames(11);
  const bad = (a: string, b: string): boolean => a === 'w1' && !['w3', 'w4'].includes(b);
  expect(suspects(meshPairs(nodes, (a, b) => (bad(a, b) ? NO_REPLY : undefined)))).toEqual(['node w1 8/10']);
});

test('unmeasured pairs do not count', () => {
  const pairs = meshPairs(NODES, (a, b) => {
    if ([a, b].includes('w9')) return UNMEASURED;
    return [a, b].includes('w7') ? NO_REPLY : undefined;
  });
  expect(suspects(pairs, ZONES)).toEqual(['node w7 10/10']);
});

test('two directions and two families are one pair of nodes, which is bad if one of them failed', () => {
  const oneWay = meshPairs(NODES, (a, b) => ([a, b].includes('w7') ? NO_REPLY : undefined));
  const back = meshPairs(NODES).map((pair): MeshPair => ({ ...pair, from: pair.to, to: pair.from }));
  const ipv6 = meshPairs(NODES).map((pair): MeshPair => ({ ...pair, family: 'ipv6' }));
  expect(suspects([...oneWay, ...back, ...ipv6], ZONES)).toEqual(['node w7 11/11']);
});

test('pairs that passed with more than three times the median are slow suspects, after those that failed', () => {
  const pairs = meshPairs(NODES, (a, b) => {
    if ([a, b].includes('w7')) return NO_REPLY;
    if ([a, b].includes('w3')) return passedIn(3.1);
    return a === 'w1' && b === 'w2' ? passedIn(30) : undefined;
  });
  expect(suspects(pairs, ZONES)).toEqual(['node w7 11/11', 'slow node w3 10/10', 'slow link w1 w2 1/1']);
  expect(suspects(meshPairs(NODES, (a, b) => ([a, b].includes('w3') ? passedIn(3) : undefined)))).toEqual([]);
});

test('a slow node explains those of its pairs that failed because of their latency', () => {
  const pairs = meshPairs(NODES, (a, b) => {
    if (![a, b].includes('w3')) return undefined;
    return ['w1', 'w2'].includes(a) ? { ...passedIn(9), state: 'failed' } : passedIn(5);
  });
  expect(suspects(pairs, ZONES)).toEqual(['slow node w3 11/11']);
});

test('300 nodes with one zone each and a third of the pairs bad take less than 20 seconds of CPU time', () => {
  const nodes = nodeNames(300);
  const zones = Object.fromEntries(nodes.map((node) => [node, node]));
  const bad = (a: string, b: string): boolean => (Number(a.slice(1)) + Number(b.slice(1))) % 3 === 0;
  const pairs = meshPairs(nodes, (a, b) => (bad(a, b) ? NO_REPLY : UNMEASURED));
  const others = meshPairs(nodes, (a, b) => (bad(a, b) ? NO_REPLY : undefined));
  const start = process.cpuUsage();
  expect(attribute(pairs, zones)).toHaveLength(1);
  expect(attribute(others, zones)).toHaveLength(100 * 100 + 50 * 99);
  expect(process.cpuUsage(start).user).toBeLessThan(20e6);
});

/** At least this share of 250 random faults is named exactly. */
for (const [mesh, exact] of [
  [{ nodes: 20, zones: 4, rounds: 0 }, 0.98],
  [{ nodes: 50, zones: 4, rounds: 0 }, 0.98],
  [{ nodes: 100, zones: 4, rounds: 6 }, 0.93],
  [{ nodes: 100, zones: 4, rounds: 10 }, 0.99],
] as const) {
  const rounds = mesh.rounds === 0 ? 'all rounds' : `${mesh.rounds} rounds`;
  test(`of 250 random faults, ${exact * 100} % are named exactly with ${mesh.nodes} nodes and ${rounds}`, () => {
    const wrong: string[] = [];
    for (let run = 0; run < 250; run += 1) {
      const fault = FAULTS[run % FAULTS.length] ?? 'node';
      const { named, injected } = simulateFault(fault, mesh, `${fault} ${run}`);
      if (named.join() !== injected.join())
        wrong.push(`seed "${fault} ${run}": ${injected.join()}, but named ${named.join()}`);
    }
    expect(1 - wrong.length / 250, wrong.join('\n')).toBeGreaterThanOrEqual(exact);
  });
}
