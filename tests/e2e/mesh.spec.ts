// SPDX-License-Identifier: Apache-2.0
/** A mesh: VMs on all nodes, every pair of nodes measured, in one run or over several ones. SIMULATED guests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import parsePrometheus from 'parse-prometheus-text-format';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { findOverlaps, mostRequestsPerSecond, recordPings, setMesh } from '../support/mesh-lab.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';

/** The lab notes times in whole milliseconds. */
const MOST_REQUESTS = 20 + 1;
const MESH_BYTES = 256 * 1024;
/** A warm-up and a sample. */
const RUNS_OF_PING = 2;

/** Returns all pairs of `node-1` to `node-<count>`, sorted. */
function allPairs(count: number): string[] {
  const nodes = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  return nodes.flatMap((one, index) => nodes.slice(index + 1).map((other) => [one, other].sort().join(' '))).sort();
}

function meshBytes(data: Readonly<Record<string, string>>): number {
  const own = Object.entries(data).filter(([key]) => key.startsWith('status.result.mesh.'));
  return own.reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
}

/** Returns how many samples each gauge has, by its name without the prefix. */
function countGauges(artifacts: string): Record<string, number> {
  const metrics = parsePrometheus(readFileSync(path.join(artifacts, 'metrics.prom'), 'utf8'));
  return Object.fromEntries(
    metrics.map(({ name, metrics: own }) => [name.replace('kubevirt_vm_latency_', ''), own.length]),
  );
}

function countRequests(lab: Lab, verb: string): number {
  return lab.requests.filter((request) => request.verb === verb && request.path.includes('/virtualmachineinstances'))
    .length;
}

for (const [size, tag] of [
  [3, '@slow'],
  [4, undefined],
  [7, '@slow'],
  [20, '@slow'],
] as const) {
  test(
    `measures each pair of ${size} nodes once, and no node in two pairs at the same time`,
    tag === undefined ? {} : { tag },
    async ({ newLab, checkup }, testInfo) => {
      const lab = await newLab({ nodes: size, zones: ['b', 'a'] });
      setMesh(lab, { retestWorstPairs: '0' });
      const pings = recordPings(lab);
      const { status, lastLine, output } = await checkup(lab).ended;
      expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
      expect(status).toBe(0);
      expect(vmisLeft(lab)).toEqual([]);

      const pairs = allPairs(size);
      const seen = pings();
      expect(seen.map(({ from, to }) => [from, to].sort().join(' ')).sort()).toEqual(pairs);
      expect(new Set(seen.map(({ runs }) => runs))).toEqual(new Set([RUNS_OF_PING]));
      expect(findOverlaps(seen)).toEqual([]);

      expect(mostRequestsPerSecond(lab)).toBeLessThanOrEqual(MOST_REQUESTS);
      expect(vmisCreated(lab)).toBe(size);
      expect(countRequests(lab, 'delete')).toBe(size);
      expect(countRequests(lab, 'watch')).toBe(1);

      const data = configMapData(lab);
      const rounds = size % 2 === 0 ? size - 1 : size;
      expect(data).toMatchObject({
        'status.succeeded': 'true',
        'status.failureReason': '',
        'status.result.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
        'status.result.mesh.rounds': String(rounds),
        'status.result.mesh.pairsPlanned': String(pairs.length),
        'status.result.mesh.pairsMeasured': String(pairs.length),
        'status.result.mesh.pairsFailed': '0',
        'status.result.mesh.packetsTransmitted': String(10 * pairs.length),
        'status.result.mesh.failedPairs': '',
        'history.nextRound': '1',
      });
      expect(meshBytes(data)).toBeLessThan(MESH_BYTES);
      const nodes = data['status.result.mesh.nodes']?.split(',') ?? [];
      expect(nodes).toHaveLength(size);
      // By zone, then by name: the second node is the first one of zone a.
      expect(nodes[0]).toBe(size === 20 ? 'node-10' : 'node-2');
      const map = data['status.result.mesh.map']?.split('\n') ?? [];
      expect(map).toHaveLength(size);
      for (const [index, line] of map.entries()) expect(line).toMatch(new RegExp(`^\\w{${index}}\\.\\w*$`));

      const gauges = countGauges(testInfo.outputPath('artifacts-0'));
      expect(gauges).toMatchObject({ mesh_pairs: 4, mesh_round_trip_seconds: 2, node_pairs_failed: size });
      expect(gauges).toMatchObject({ zone_round_trip_seconds: size === 3 ? 2 : 3 });
      expect(gauges['pair_failed']).toBe(size > 10 ? undefined : pairs.length);
    },
  );
}

test('measures all pairs over three scheduled runs of ten rounds', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const size = 30;
  const lab = await newLab({ nodes: size, zones: ['a', 'b', 'c'] });
  setMesh(lab, { roundsPerRun: '10', retestWorstPairs: '0', overwriteResults: 'true' });
  const pings = recordPings(lab);
  const pairsOf = new Map<number, string[]>();
  const before = new Set<string>();
  for (const [run, nextRound] of ['11', '21', '2'].entries()) {
    const { status, output } = await checkup(lab).ended;
    expect(status, output).toBe(0);
    expect(configMapData(lab)).toMatchObject({
      'history.nextRound': nextRound,
      'status.result.mesh.rounds': '10',
      'status.result.mesh.pairsMeasured': '150',
    });
    // VMs have other addresses in each run.
    const all = pings();
    const own = all.slice(before.size);
    for (const pair of own) before.add(`${run} ${pair.from} ${pair.to}`);
    pairsOf.set(
      run,
      own.map(({ from, to }) => [from, to].sort().join(' ')),
    );
    expect(own).toHaveLength(150);
    const taking = own.flatMap(({ from, to }) => [from, to]);
    for (let node = 1; node <= size; node += 1) {
      expect(taking.filter((name) => name === `node-${node}`)).toHaveLength(10);
    }
  }
  const [first = [], second = [], third = []] = [...pairsOf.values()];
  expect(first.filter((pair) => second.includes(pair) || third.includes(pair))).toHaveLength(15);
  expect(second.filter((pair) => third.includes(pair))).toEqual([]);
  expect([...new Set([...first, ...second, ...third])].sort()).toEqual(allPairs(size));
});

test(
  'names what is wrong with the nodes of a mesh, and starts no VM',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ nodes: 5, zones: ['a', 'b', 'b', 'b', 'b'], objects: checkupRbac() });
    const spec = configMapData(lab);
    const cases: [Record<string, string>, RegExp][] = [
      [
        { nodeSelector: 'topology.kubernetes.io/zone=a' },
        /^prerequisites: at least two nodes that can run VMs and match nodeSelector ".*" are needed, found 1 \(4 not selected by nodeSelector\)$/,
      ],
      [
        { maxVms: '4' },
        /^prerequisites: 5 nodes are more than "maxVms" 4; name fewer in "nodes", or raise "maxVms" and limit a run with "roundsPerRun"$/,
      ],
      [{ nodes: 'node-1,node-2,node-9' }, /^prerequisites: .*"node-9"/],
    ];
    for (const [parameters, reason] of cases) {
      setConfigMap(lab, Object.fromEntries(Object.keys(configMapData(lab)).map((key) => [key, undefined])));
      setConfigMap(lab, spec);
      setMesh(lab, parameters);
      const { status, output } = await checkup(lab).ended;
      expect(configMapData(lab)['status.failureReason'], output).toMatch(reason);
      expect(status).toBe(1);
    }
    expect(vmisCreated(lab)).toBe(0);
  },
);

test('without permission to list nodes, a mesh needs their names', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ nodes: 4, objects: checkupRbac() });
  const account = { serviceAccount: CHECKUP_ACCOUNT };
  setMesh(lab, { overwriteResults: 'true', retestWorstPairs: '0' });
  const { status } = await checkup(lab, account).ended;
  expect(status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toBe(
    'prerequisites: without permission to list nodes, a mesh needs the parameter nodes; name them in spec.param.nodes, or apply manifests/rbac-extended.yaml',
  );
  expect(vmisCreated(lab)).toBe(0);

  setConfigMap(lab, { 'spec.param.nodes': 'node-1,node-2,node-4' });
  const named = await checkup(lab, account).ended;
  expect(named.status, named.output).toBe(0);
  expect(configMapData(lab)).toMatchObject({
    'status.result.mesh.nodes': 'node-1,node-2,node-4',
    'status.result.mesh.zones': '',
    'status.result.mesh.pairsMeasured': '3',
  });
  expect(mostRequestsPerSecond(lab)).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(vmisLeft(lab)).toEqual([]);
});

test('a mesh has nodes of one architecture', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ nodes: 5, architectures: ['arm64', 'amd64', 'arm64', 's390x', 'arm64'] });
  setMesh(lab, { overwriteResults: 'true', retestWorstPairs: '0' });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  expect(configMapData(lab)).toMatchObject({ 'status.result.mesh.nodes': 'node-1,node-3,node-5' });
  const file = path.join(testInfo.outputPath('artifacts-0'), 'result.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    networks: [
      {
        mesh: {
          leftOut: [
            { node: 'node-2', reason: 'of architecture amd64, and the VMs run on arm64' },
            { node: 'node-4', reason: 'of architecture s390x, and the VMs run on arm64' },
          ],
        },
      },
    ],
  });

  setConfigMap(lab, { 'spec.param.nodes': 'node-1,node-2' });
  expect((await checkup(lab).ended).status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toContain(
    '"nodes" names nodes of several architectures (node-1: arm64; node-2: amd64): expected one architecture',
  );
});

test('measures a mesh on each of several networks', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ nodes: 3, impairment: { networks: { 'latency/blue': { cut: true } } } });
  setConfigMap(lab, { 'spec.param.networkAttachmentDefinitionName': undefined });
  setMesh(lab, { networkAttachmentDefinitions: 'list,blue', retestWorstPairs: '0', roundsPerRun: '2' });
  const { status, lastLine, output } = await checkup(lab).ended;
  expect(status, output).toBe(1);
  expect(lastLine).toMatch(
    /^Kubevirt VM latency checkup failed: latency\/blue: run: 2 of 2 pairs failed: probably the link between nodes "/,
  );
  const data = configMapData(lab);
  expect(data).toMatchObject({
    'status.result.networksFailed': 'latency/blue',
    'status.result.network1.mesh.pairsMeasured': '2',
    'status.result.network1.mesh.pairsFailed': '0',
    'status.result.network1.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
    'status.result.network2.mesh.pairsFailed': '2',
    // Those of the worst network.
    'status.result.mesh.pairsFailed': '2',
    'status.result.packetLossPercent': '100',
    'history.nextRound': '3',
  });
  expect(data).not.toHaveProperty(['status.result.maxLatencyNanoSec']);
  // Each network has its own VMs, one after another.
  expect(vmisCreated(lab)).toBe(6);
  expect(vmisLeft(lab)).toEqual([]);
});
