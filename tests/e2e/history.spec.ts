// SPDX-License-Identifier: Apache-2.0
/** Runs with one ConfigMap, one after another: its history, and the trend that each run reports. SIMULATED guests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

/** A run on network latency/red, which no run of these tests measures. */
function earlierRun(number: number): string {
  const run = number.toString(16).padStart(16, '0');
  const time = new Date(Date.UTC(2026, 0, 1, number)).toISOString().replace('.000', '');
  return JSON.stringify({ run, time, networks: [{ network: 'latency/red', succeeded: false, code: 'SetupFailed' }] });
}

function earlierRuns(count: number): string[] {
  return Array.from({ length: count }, (_, index) => earlierRun(index + 1));
}

function historyLines(lab: Lab): string[] {
  return (configMapData(lab)['history.runs'] ?? '').split('\n').filter((line) => line !== '');
}

const SCHEDULED = {
  'spec.param.overwriteResults': 'true',
  'spec.param.sampleIntervalMilliseconds': '50',
  'spec.param.sourceNode': 'node-1',
  'spec.param.targetNode': 'node-2',
};

/** Times differ by less than 40 % on a busy machine only if the network's delay is much longer than its own. */
const USUAL = { delayMs: 100 };
const SLOWER = { delayMs: 140 };

test('twelve runs, the last two 40 % slower', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  test.setTimeout(480_000);
  const lab = await newLab({ impairment: USUAL });
  setConfigMap(lab, SCHEDULED);
  let runs = 0;
  const runNext = async (): Promise<{ trend: string | undefined; succeeded: string | undefined; output: string }> => {
    const { status, output } = await checkup(lab).ended;
    runs += 1;
    const data = configMapData(lab);
    expect(status, output).toBe(data['status.succeeded'] === 'true' ? 0 : 1);
    expect(historyLines(lab)).toHaveLength(runs);
    return { trend: data['status.result.trend'], succeeded: data['status.succeeded'], output };
  };

  for (const earlier of [0, 0, 1, 2, 3, 4, 5, 6, 7])
    expect(await runNext()).toMatchObject({ trend: `not enough history (${earlier} of 8)`, succeeded: 'true' });
  expect(await runNext()).toMatchObject({ trend: 'unchanged', succeeded: 'true' });
  lab.impair(SLOWER);
  // A single slow run changes nothing.
  expect(await runNext()).toMatchObject({ trend: 'unchanged', succeeded: 'true' });
  const slower = await runNext();
  const text =
    /^slower: p50 (2[789]|3[012])\dms and (2[789]|3[012])\dms in the last two runs, usual 2[0-4]\dms \(\+[34]\d%\)$/;
  expect(slower).toMatchObject({ trend: expect.stringMatching(text), succeeded: 'true' });
  expect(slower.output).toContain(`warning: ${slower.trend ?? ''}`);
  const metrics = readFileSync(path.join(testInfo.outputPath('artifacts-11'), 'metrics.prom'), 'utf8');
  expect(metrics).toMatch(/^kubevirt_vm_latency_trend_slower\{.*\} 1$/m);

  setConfigMap(lab, { 'spec.param.trend': 'fail' });
  const failed = await runNext();
  expect(failed).toMatchObject({ trend: expect.stringMatching(text), succeeded: 'false' });
  expect(configMapData(lab)).toMatchObject({
    'status.failureReason': `run: ${failed.trend ?? ''}`,
    'status.result.sourceNode': 'node-1',
    'status.result.p50LatencyNanoSec': expect.stringMatching(/^(2[789]|3[012])\d{7}$/),
  });
  expect(JSON.parse(historyLines(lab).at(-1) ?? '')).toMatchObject({
    networks: [{ network: 'latency/blue', succeeded: false, code: 'LatencyRegressed', trend: 'slower' }],
  });

  setConfigMap(lab, { 'spec.param.packetSizeBytes': '1400' });
  const changed = 'not enough history (0 of 8): new baseline, packetSizeBytes was 56 and is 1400';
  expect(await runNext()).toMatchObject({ trend: changed, succeeded: 'true' });
  expect(vmisLeft(lab)).toEqual([]);
});

test('keeps the newest runs and the keys of others, and drops damaged lines with a warning', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  const [first = '', second = '', ...others] = earlierRuns(4);
  setConfigMap(lab, {
    'spec.param.historyRuns': '3',
    'history.runs': [first, 'not JSON', second.slice(0, -1), '{"run":"1"}', ...others].join('\n'),
    'history.other': 'theirs',
    'my.key': 'before',
  });
  const before = configMapData(lab);
  // Another client, between the checkup's read of the ConfigMap and its update.
  const writeFirst = (): Promise<void> => {
    setConfigMap(lab, { 'my.key': 'during' });
    return Promise.resolve();
  };
  const { until, ended } = checkup(lab);
  await until(/ok +connectivity/);
  lab.inject({ verb: 'update', resource: 'configmaps', times: 1, effect: () => ({ hold: writeFirst }) });
  const { status, output } = await ended;
  expect(status, output).toBe(0);
  expect(output).toContain('warning: "history.runs": 3 lines are not runs and are dropped; 3 remain');
  const data = configMapData(lab);
  expect(historyLines(lab).slice(0, -1)).toEqual(others);
  expect(JSON.parse(historyLines(lab).at(-1) ?? '')).toMatchObject({
    run: data['status.runId'],
    time: data['status.completionTimestamp'],
    networks: [
      { network: 'latency/blue', succeeded: true, trend: 'not enough history', figures: { sent: 10, lost: 0 } },
    ],
  });
  expect(withoutOwnKeys(data)).toEqual({ ...withoutOwnKeys(before), 'my.key': 'during' });
});

test('records a failed run, with its figures; a history that is deleted during the run starts again', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  setConfigMap(lab, {
    'history.runs': earlierRuns(2).join('\n'),
    'spec.param.maxDesiredLatencyMilliseconds': '0.001',
  });
  const { until, ended } = checkup(lab);
  await until(/ok +connectivity/);
  setConfigMap(lab, { 'history.runs': undefined });
  const { status, output } = await ended;
  expect(status, output).toBe(1);
  expect(historyLines(lab).map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      run: configMapData(lab)['status.runId'],
      time: configMapData(lab)['status.completionTimestamp'],
      networks: [
        {
          network: 'latency/blue',
          succeeded: false,
          code: 'LatencyExceeded',
          trend: 'not enough history',
          figures: expect.objectContaining({
            p50Ns: Number(configMapData(lab)['status.result.p50LatencyNanoSec']),
            worst: expect.stringMatching(/^node-[12] node-[12]$/),
          }),
        },
      ],
    },
  ]);
});

test('changes no history with historyRuns 0, and with wrong input', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  const history = ['not JSON', ...earlierRuns(2)].join('\n');
  setConfigMap(lab, { 'history.runs': history, 'spec.param.historyRuns': '0', 'spec.param.overwriteResults': 'true' });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'history.runs': history });
  expect(configMapData(lab)).not.toHaveProperty(['status.result.trend']);
  setConfigMap(lab, { 'spec.param.historyRuns': '501' });
  expect((await checkup(lab).ended).lastLine).toMatch(/"historyRuns" parameter is invalid: "501"/);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'false', 'history.runs': history });
});

/** Returns the keys that a run does not write. */
function withoutOwnKeys(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !/^status\.|^history\.runs$/.test(key)));
}
