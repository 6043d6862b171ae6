// SPDX-License-Identifier: Apache-2.0
/** Faults of a mesh: parts of the cluster, VMs and consoles that fail in the middle, interruptions. SIMULATED guests. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { ALL_SCENARIOS, optionsOf, VMI_SCENARIOS } from '../../lab/scenarios.ts';
import type { Lab } from '../../lab/lab.ts';
import { INTERRUPTED_RESULTS_MS, teardownGrowthMs } from '../../model/stages.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import type { Checkup } from '../support/checkup-process.ts';
import { test } from '../support/lab-test.ts';
import { setMesh } from '../support/mesh-lab.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';
import { workerBelow } from '../support/processes.ts';
import { schemaErrors } from '../support/result-schema.ts';

type Network = NonNullable<ResultDocument['networks']>[number];

function networkOf(artifacts: string): Network {
  const json: unknown = JSON.parse(readFileSync(`${artifacts}/result.json`, 'utf8'));
  expect(schemaErrors(json)).toEqual([]);
  const [network, ...others] = (json as ResultDocument).networks ?? [];
  if (network === undefined || others.length > 0) throw new Error('expected one network');
  return network;
}

/** Four nodes in three zones, of which node-6 has a fault in most scenarios: three pairs of it fail. */
const FOUR_NODES = { nodes: 'node-1,node-2,node-3,node-6' };

interface Expected {
  parameters?: Record<string, string>;
  timeout?: string;
  /** Pattern of `status.failureReason`; "" for a success. */
  reason: RegExp | '';
  /** "node node-6". */
  suspects?: string[];
  contended?: number;
  leftOut?: string[];
  /** Nodes whose VM did not start. */
  notMeasured?: string[];
  /** Commands on stdout. */
  steps?: string[];
}

const EXPECTED: Record<string, Expected> = {
  'mesh-node-not-ready': { reason: '', leftOut: ['node-6'] },
  'mesh-node-down': {
    // The VM that does not start leaves time for the others.
    timeout: '76s',
    reason: /^run: 1 of 6 nodes was not measured: node-6 \(node "node-6" cannot take its VM: not reachable \(.*\)\)$/,
    notMeasured: ['node-6'],
    steps: ['kubectl describe node node-6', 'kubectl get vmi,events -n latency'],
  },
  'mesh-node-dies': {
    reason:
      /^run: \d of 15 pairs were not measured: VMI 'latency\/latency-check-6-\w+' (no longer runs: phase Failed|is gone)/,
  },
  'mesh-bridge-missing': {
    parameters: FOUR_NODES,
    reason: /^run: 3 of 6 pairs failed: probably node "node-6" \(3 of its 3 pairs failed\)$/,
    suspects: ['node node-6'],
  },
  'mesh-vlan-missing': {
    parameters: FOUR_NODES,
    reason: /^run: 3 of 6 pairs failed: probably node "node-6" \(3 of its 3 pairs failed\)$/,
    suspects: ['node node-6'],
  },
  'mesh-uplink-cut': {
    parameters: FOUR_NODES,
    reason: /^run: 4 of 6 pairs failed: probably the uplink of zone "c" \(4 of 4 pairs failed\)$/,
    suspects: ['uplink c'],
  },
  'mesh-zones-slow': {
    reason: /^run: 4 of 15 pairs failed: probably between zones "a" and "b" \(4 of 4 pairs failed\)$/,
    suspects: ['zonePair a,b'],
  },
  'mesh-link-cut': {
    parameters: FOUR_NODES,
    reason: /^run: 1 of 6 pairs failed: probably the link between nodes "node-1" and "node-2" \(this pair failed\)$/,
    suspects: ['link node-1,node-2'],
  },
  'mesh-loss-one-way': {
    parameters: FOUR_NODES,
    reason: /^run: 1 of 6 pairs failed: probably the link between nodes "node-1" and "node-2" \(this pair failed\)$/,
    suspects: ['link node-1,node-2'],
  },
  'mesh-node-slow': {
    parameters: FOUR_NODES,
    reason: /^run: 3 of 6 pairs failed: probably node "node-6" \(3 of its 3 pairs failed\)$/,
    suspects: ['node node-6'],
  },
  'mesh-all-down': {
    parameters: { nodes: 'node-1,node-2,node-3' },
    reason: /^run: 3 of 3 pairs failed: probably the whole network \(3 of 3 pairs failed\)$/,
    suspects: ['network'],
  },
  'mesh-contention': { parameters: { roundsPerRun: '2' }, reason: '', contended: 8 },
};

const SCENARIOS = ALL_SCENARIOS.filter(({ name }) => name.startsWith('mesh-'));

test('every scenario has an expectation', { tag: '@slow' }, () => {
  expect(SCENARIOS.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
});

for (const scenario of SCENARIOS) {
  const { name, description, begin } = scenario;
  test(`${name}: ${description}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const expected = EXPECTED[name];
    if (expected === undefined) throw new Error(`no expectation for ${name}`);
    const lab = await newLab(optionsOf([scenario]));
    setMesh(lab, { ...scenario.parameters, retestWorstPairs: '0', ...expected.parameters }, expected.timeout);
    begin?.(lab);
    const { status, lastLine, output } = await checkup(lab).ended;
    const data = configMapData(lab);
    const reason = data['status.failureReason'] ?? 'none';
    if (expected.reason === '') expect(reason, output).toBe('');
    else {
      expect(reason, output).toMatch(expected.reason);
      expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    }
    expect(status).toBe(expected.reason === '' ? 0 : 1);
    for (const step of expected.steps ?? []) expect(output).toContain(step);
    expect(vmisLeft(lab)).toEqual([]);
    const { mesh } = networkOf(testInfo.outputPath('artifacts-0'));
    // On a busy machine single pairs may be slow.
    const failed = mesh?.suspects.filter(({ slow }) => !slow) ?? [];
    expect(failed.map(({ kind, names }) => `${kind} ${names.join()}`.trim())).toEqual(expected.suspects ?? []);
    const lines = data['status.result.mesh.suspects']?.split('\n');
    expect(lines).toEqual(mesh?.suspects.length === 0 ? [''] : mesh?.suspects.map(({ summary }) => summary));
    // On a busy machine others are contended, too.
    expect(mesh?.pairsContended).toBeGreaterThanOrEqual(expected.contended ?? 0);
    expect(mesh?.leftOut.map(({ node }) => node)).toEqual(expected.leftOut ?? []);
    expect(mesh?.notMeasured.map(({ node }) => node)).toEqual(expected.notMeasured ?? []);
  });
}

function begin(lab: Lab, name: string): void {
  VMI_SCENARIOS.find((scenario) => scenario.name === name)?.begin?.(lab);
}

/** Resolves when this number of pairs has begun to ping. */
async function untilPairs(lab: Lab, run: Checkup, count: number): Promise<void> {
  const seen = new Set<string>();
  await new Promise<void>((resolve) => {
    const stop = lab.onEcho(({ source, destination }) => {
      seen.add(`${source} ${destination}`);
      if (seen.size < count) return;
      stop();
      resolve();
    });
    void run.ended.then(() => {
      resolve();
    });
  });
}

for (const [what, lose] of Object.entries<(lab: Lab, name: string) => void>({
  fails: (lab, name) => {
    lab.failVmi(name);
  },
  'is deleted by another client': (lab, name) => {
    lab.deleteObject('virtualmachineinstances', 'latency', name);
  },
})) {
  test(`measures the other pairs when a VM ${what} in a round`, { tag: '@slow' }, async ({ newLab, checkup }) => {
    const lab = await newLab({ nodes: 5 });
    setMesh(lab, { retestWorstPairs: '0' });
    const run = checkup(lab);
    // In its second round.
    await untilPairs(lab, run, 3);
    lose(lab, vmisLeft(lab).find((name) => name.startsWith('latency-check-2-')) ?? '');
    const { status, output } = await run.ended;
    const reason = configMapData(lab)['status.failureReason'];
    expect(reason, output).toMatch(
      /^run: [1-4] of 10 pairs were not measured: VMI 'latency\/latency-check-2-\w+' (no longer runs|is gone): [^']*$/,
    );
    expect(status).toBe(1);
    expect(vmisLeft(lab)).toEqual([]);
  });
}

test(
  'without watch, no pair of a VM that fails in a round is a suspect',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ nodes: 5, objects: checkupRbac() });
    setMesh(lab, { nodes: 'node-1,node-2,node-3,node-4,node-5', retestWorstPairs: '0' });
    const run = checkup(lab, { serviceAccount: CHECKUP_ACCOUNT });
    await untilPairs(lab, run, 3);
    lab.failVmi(vmisLeft(lab).find((name) => name.startsWith('latency-check-2-')) ?? '');
    const { status, output } = await run.ended;
    expect(configMapData(lab)['status.failureReason'], output).toMatch(
      /^run: [1-4] of 10 pairs were not measured: VMI 'latency\/latency-check-2-\w+' no longer runs: [^']*$/,
    );
    expect(configMapData(lab)['status.result.mesh.pairsFailed']).toBe('0');
    expect(status).toBe(1);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('measures the other pairs when a VM is live-migrated', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ nodes: 4 });
  setMesh(lab, { retestWorstPairs: '0' });
  begin(lab, 'vmi-migrated');
  const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '3' } }).ended;
  expect(configMapData(lab)['status.failureReason'], output).toMatch(
    /^run: [1-3] of 6 pairs were not measured: VMI '\S+' (moved|was live-migrated|is being live-migrated|is about to be)[^;]* from node "node-\d" to node "node-\d"/,
  );
  expect(status).toBe(1);
  expect(vmisLeft(lab)).toEqual([]);
});

test('measures all pairs when all consoles are lost in a round', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ nodes: 5 });
  setMesh(lab, { retestWorstPairs: '0' });
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '2' } });
  await untilPairs(lab, run, 3);
  expect(lab.dropConsoles()).toBe(5);
  const { status, output } = await run.ended;
  expect(configMapData(lab)['status.failureReason'], output).toBe('');
  expect(status).toBe(0);
  expect(configMapData(lab)['status.result.mesh.pairsMeasured']).toBe('10');
  expect(output).toMatch(/warning: the console of VMI 'latency\/latency-check-\d-\w+' was lost/);
});

test(
  'measures the other pairs when the console of one VM is lost for good',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ nodes: 4 });
    setMesh(lab, { retestWorstPairs: '0' });
    const run = checkup(lab);
    await untilPairs(lab, run, 3);
    lab.inject({
      resource: 'virtualmachineinstances/console',
      times: 1000,
      effect: ({ resource }) => (resource?.name.startsWith('latency-check-2-') ? { status: 500 } : undefined),
    });
    lab.dropConsoles();
    const { status, output } = await run.ended;
    expect(configMapData(lab)['status.failureReason'], output).toMatch(
      /^run: [12] of 6 pairs (was|were) not measured: failed to open the console of VMI 'latency\/latency-check-2-\w+': /,
    );
    expect(status).toBe(1);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('removes all VMs and reports the measured pairs when the worker is killed in a round', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab({ nodes: 6, zones: ['a', 'b', 'c'] });
  setMesh(lab);
  const run = checkup(lab);
  await untilPairs(lab, run, 4);
  process.kill(workerBelow(run.pid) ?? NaN, 'SIGKILL');
  const { status, lastLine, output } = await run.ended;
  expect(status, output).toBe(1);
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: .*worker process exited unexpectedly/);
  expect(lastLine).not.toContain('kubectl delete');
  expect(vmisCreated(lab)).toBe(6);
  expect(vmisLeft(lab)).toEqual([]);
  expect(configMapData(lab)).toMatchObject({
    'status.succeeded': 'false',
    'status.completionTimestamp': expect.anything(),
    'status.result.mesh.pairsPlanned': '15',
    'status.result.mesh.pairsMeasured': '3',
    'status.result.mesh.rounds': '1',
    'history.nextRound': '2',
  });
});

/** How each of these stages of a mesh of 20 nodes is reached and lasts long enough to be ended. */
const STAGES = {
  setup: {
    lab: { startupDelayMs: 60_000 },
    parameters: { roundsPerRun: '5' },
    timeout: '8s',
    planned: 50,
    pairs: [0, 0],
    seen: '',
  },
  rounds: {
    // As KubeVirt 1.9 does.
    lab: { teardownMs: 9000 },
    parameters: {},
    timeout: '20s',
    planned: 190,
    pairs: [10, 180],
    seen: 'failed to measure every pair: \\d+ of 19 rounds (was|were) measured',
  },
  retest: {
    lab: {},
    parameters: { roundsPerRun: '1', retestWorstPairs: '10' },
    timeout: '26s',
    planned: 10,
    pairs: [10, 10],
    seen: 'failed to measure every pair: 1 of 1 round was measured, and \\d of 10 pairs again',
  },
} as const;

for (const [stage, { lab: options, parameters, timeout, planned, pairs, seen }] of Object.entries(STAGES)) {
  for (const how of ['SIGTERM', 'spec.timeout']) {
    test(
      `removes all 20 VMs and reports partial results when ${how} ends ${stage}`,
      { tag: '@slow' },
      async ({ newLab, checkup }, testInfo) => {
        const lab = await newLab({ nodes: 20, zones: ['a', 'b', 'c'], ...options });
        const isTimeout = how === 'spec.timeout';
        setMesh(lab, parameters, isTimeout ? timeout : '3m');
        // In the retest, ten samples of 3 s.
        const seconds = stage === 'retest' ? '3' : '1';
        const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: seconds } });
        await run.until(new RegExp(`\\.\\.\\. +${stage}`));
        if (stage === 'setup') await expect.poll(() => vmisCreated(lab), { timeout: 20_000 }).toBe(20);
        else if (!isTimeout) await pause(3000);
        const sentAt = performance.now();
        if (!isTimeout) run.signal('SIGTERM');
        const { status, lastLine, output } = await run.ended;
        if (!isTimeout) {
          expect(performance.now() - sentAt).toBeLessThan(INTERRUPTED_RESULTS_MS + teardownGrowthMs(20));
        }
        expect(vmisLeft(lab), output).toEqual([]);
        expect(status).toBe(isTimeout ? 1 : 130);
        const data = configMapData(lab);
        const reason = data['status.failureReason'] ?? 'none';
        expect(reason).toMatch(
          isTimeout
            ? new RegExp(`^timed out after ${timeout} during ${stage}: ${seen}`)
            : new RegExp(`^interrupted by SIGTERM during ${stage}$`),
        );
        expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
        expect(data).toMatchObject({ 'status.succeeded': 'false', 'status.completionTimestamp': expect.any(String) });
        const measured = Number(data['status.result.mesh.pairsMeasured']);
        const [least, most] = pairs;
        expect(measured).toBeGreaterThanOrEqual(least);
        expect(measured).toBeLessThanOrEqual(most);
        const rounds = measured / 10;
        expect(data).toMatchObject({
          'status.result.mesh.pairsPlanned': String(planned),
          'status.result.mesh.rounds': String(rounds),
          'history.nextRound': String(rounds + 1),
        });
        const { mesh, pairs: known, measured: isMeasured } = networkOf(testInfo.outputPath('artifacts-0'));
        expect(mesh).toMatchObject({ pairsPlanned: planned, pairsMeasured: measured, notMeasured: [] });
        expect(known).toHaveLength(measured);
        expect(isMeasured).toBe(measured > 0);
        // The worst pair so far takes the place of a pair.
        if (measured > 0) expect(data['status.result.sourceNode']).toMatch(/^node-\d+$/);
      },
    );
  }
}
