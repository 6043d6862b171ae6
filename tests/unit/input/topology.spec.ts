// SPDX-License-Identifier: Apache-2.0
/** Rules between the topology and other parameters. */
import { expect, test } from '@playwright/test';
import { parseInput, type CheckupInput } from '../../../fixtures/input/parse-input.ts';
import type { ParameterName } from '../../../model/parameters.ts';
import { complaints } from './complaints.ts';

type Given = Partial<Record<ParameterName | 'timeout', string>>;

function parsed({ timeout = '5m', ...given }: Given): CheckupInput {
  const NETWORK = { networkAttachmentDefinitionNamespace: 'ns', networkAttachmentDefinitionName: 'blue' };
  const entries = Object.entries({ ...NETWORK, ...given }).map(([name, value]) => [`spec.param.${name}`, value]);
  return parseInput({}, { ...(Object.fromEntries(entries) as Record<string, string>), 'spec.timeout': timeout }, false);
}

const nodes = (count: number): string => Array.from({ length: count }, (_, index) => `n${index + 1}`).join();

for (const [what, given, expected] of [
  ['no nodes', { topology: 'mesh' }, { topology: 'mesh', nodes: undefined, latencyStatistic: 'p90', maxVms: 100 }],
  ['nodes', { topology: 'mesh', nodes: 'b, a' }, { nodes: ['b', 'a'] }],
  ['a selector', { topology: 'mesh', nodeSelector: 'zone in (a,b),!gpu' }, { nodeSelector: 'zone in (a,b),!gpu' }],
  [
    'a statistic',
    { topology: 'mesh', latencyStatistic: 'max', maxDesiredLatencyMilliseconds: '1' },
    { latencyStatistic: 'max' },
  ],
  ['as many nodes as VMs', { topology: 'mesh', nodes: nodes(3), maxVms: '3', timeout: '16s' }, { maxVms: 3 }],
] as const) {
  test(`parses a mesh with ${what}`, () => {
    expect(parsed(given)).toMatchObject({ ...expected, warnings: [] });
  });
}

for (const [what, given, expected] of [
  [
    'nodes and a selector without mesh',
    { nodes: 'a,b', nodeSelector: 'x' },
    [
      '"nodeSelector" parameter is invalid: "x": expected no label selector with "nodes" "a,b"',
      '"topology" parameter is missing: expected "mesh" with "nodes" "a,b" and "nodeSelector" "x"',
    ],
  ],
  [
    'nodes in a pair',
    { topology: 'pair', nodes: 'a,b' },
    ['"topology" parameter is invalid: "pair": expected "mesh" with "nodes" "a,b"'],
  ],
  [
    'every parameter of a pair in a mesh',
    { topology: 'mesh', sourceNode: 'a', targetNode: 'b', sourceAddress: '10.1.0.5/24', targetAddress: '10.1.0.6/24' },
    [
      '"sourceNode" parameter is invalid: "a": expected no value with "topology" "mesh"',
      '"targetNode" parameter is invalid: "b": expected no value with "topology" "mesh"',
      '"sourceAddress" parameter is invalid: "10.1.0.5/24": expected no value with "topology" "mesh"',
      '"targetAddress" parameter is invalid: "10.1.0.6/24": expected no value with "topology" "mesh"',
    ],
  ],
  [
    'an unknown topology, without what depends on it',
    { topology: 'ring', nodes: 'a,b', sourceNode: 'a', maxVms: '5' },
    ['"topology" parameter is invalid: "ring": expected "pair" or "mesh"'],
  ],
  [
    'wrong and repeated nodes',
    { topology: 'mesh', nodes: 'a,B,a,c d' },
    [
      '"nodes" parameter is invalid: "a,B,a,c d": expected names of nodes, separated by commas or newlines, not "B", "c d"',
      '"nodes" parameter is invalid: "a,B,a,c d": expected each node once: "a" is listed twice',
    ],
  ],
  [
    'a single node',
    { topology: 'mesh', nodes: 'a' },
    ['"nodes" parameter is invalid: "a": expected at least two nodes'],
  ],
  [
    'more nodes than VMs',
    { topology: 'mesh', nodes: nodes(4), maxVms: '3', roundsPerRun: '1' },
    [
      '"nodes" parameter is invalid: "n1,n2,n3,n4": expected at most 3 nodes with "maxVms" "3", not 4; for more nodes, raise "maxVms", and limit the duration of a run with "roundsPerRun"',
    ],
  ],
  [
    'more nodes than VMs by default',
    { topology: 'mesh', nodes: nodes(101), timeout: '1h' },
    [
      expect.stringMatching(
        /: expected at most 100 nodes with "maxVms" \(by default 100\), not 101; .* "roundsPerRun"$/,
      ),
    ],
  ],
] as const) {
  test(`reports ${what}`, () => {
    expect(complaints(() => parsed(given))).toEqual(expected);
  });
}

test('warns of parameters that have no effect without a mesh', () => {
  expect(
    parsed({ maxVms: '5', roundsPerRun: '1', retestWorstPairs: '0', maxFailedPairs: '2%', topology: 'pair' }).warnings,
  ).toEqual([
    '"maxVms" "5" has no effect: "topology" "pair" is no mesh',
    '"roundsPerRun" "1" has no effect: "topology" "pair" is no mesh',
    '"retestWorstPairs" "0" has no effect: "topology" "pair" is no mesh',
    '"maxFailedPairs" "2%" has no effect: "topology" "pair" is no mesh',
  ]);
  expect(parsed({ maxVms: '5' }).warnings).toEqual([
    '"maxVms" "5" has no effect: "topology" (by default "pair") is no mesh',
  ]);
});

const timeoutComplaints = (given: Given): readonly string[] => complaints(() => parsed({ topology: 'mesh', ...given }));

for (const [what, given, samples, expected] of [
  ['an even number of nodes', { nodes: nodes(4) }, '3 samples of "sampleDurationSeconds" 5 (3 rounds)', '15s'],
  ['an odd number of nodes', { nodes: nodes(5) }, '5 samples of "sampleDurationSeconds" 5 (5 rounds)', '25s'],
  ['some rounds', { nodes: nodes(30), roundsPerRun: '2' }, '2 samples of "sampleDurationSeconds" 5 (2 rounds)', '10s'],
  ['more rounds than there are', { nodes: nodes(3), roundsPerRun: '9' }, '3 samples of .* 5 (3 rounds)', '15s'],
  ['both directions', { nodes: nodes(2), bidirectional: 'true' }, '2 samples of "sampleDurationSeconds" 5', '10s'],
  [
    'several networks',
    { nodes: nodes(4), networkAttachmentDefinitions: 'a/b,a/c', networkAttachmentDefinitionName: '' },
    '6 samples of "sampleDurationSeconds" 5 (2 networks, 3 rounds each)',
    '30s',
  ],
  ['unknown nodes', {}, '"sampleDurationSeconds" 5', '5s'],
] as const) {
  test(`the timeout must leave room for the rounds of ${what}`, () => {
    const illegal = timeoutComplaints({ ...given, timeout: expected });
    expect(illegal).toHaveLength(1);
    const [message = ''] = illegal;
    expect(message).toMatch(new RegExp(samples.replace(/[()]/g, '\\$&')));
    expect(message).toMatch(new RegExp(`: expected more than ${expected}$`));
    expect(timeoutComplaints({ ...given, timeout: `${Number.parseInt(expected)}.001s` })).toEqual([]);
  });
}

test('warns of a path MTU that a mesh does not measure', () => {
  expect(parsed({ topology: 'mesh', probeMtu: 'true' }).warnings).toEqual([
    '"probeMtu" "true" has no effect: "topology" "mesh" measures no path MTU',
  ]);
});
