// SPDX-License-Identifier: Apache-2.0
/** Limits and reported figures of a measurement. SIMULATED guests. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { DIAGNOSIS_SCENARIOS, optionsOf } from '../../lab/scenarios.ts';
import { LATENCY, type LatencyRow } from '../../model/latency.ts';
import { resultKey } from '../../model/status-keys.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

/** The keys whose values are round-trip times: each is at least twice the one-way delay. */
const ROUND_TRIP_KEYS = [
  ...Object.values<LatencyRow>(LATENCY)
    .filter(({ group, optional }) => group === 'latency' && !optional)
    .map(({ statusKey }) => statusKey),
  'coldStartLatencyNanoSec',
].map((key) => resultKey(key));

test('writes every figure of a sample into the ConfigMap', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { delayMs: 5 } });
  const env = { SAMPLE_DURATION_SECONDS: '2', SAMPLE_INTERVAL_MILLISECONDS: '50', PACKET_SIZE_BYTES: '1000' };
  const { status, output } = await checkup(lab, { env }).ended;
  expect(status, output).toBe(0);
  const data = configMapData(lab);
  expect(data).toMatchObject({
    'status.result.packetsTransmitted': '40',
    'status.result.packetsReceived': '40',
    'status.result.packetsDuplicated': '0',
    'status.result.packetErrors': '0',
    'status.result.packetLossPercent': '0',
    'status.result.measurementDurationSec': '2',
  });
  for (const key of ROUND_TRIP_KEYS) expect(Number(data[key]), key).toBeGreaterThanOrEqual(10_000_000);
  expect(data['status.result.stdDevLatencyNanoSec']).toMatch(/^\d+$/);
  expect(data['status.result.jitterNanoSec']).toMatch(/^\d+$/);
  expect(Number(data['status.result.longestGapNanoSec'])).toBeGreaterThan(45_000_000);
  expect(output).toMatch(/measured +2\.0s, every 50ms, 1000 bytes, /);
  const frames = lab.networkReports()[0]?.received ?? 0;
  expect(frames).toBeGreaterThanOrEqual(80);
});

test('reports p99.9 for a thousand replies', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  const env = { SAMPLE_DURATION_SECONDS: '5', SAMPLE_INTERVAL_MILLISECONDS: '5' };
  const { status, output } = await checkup(lab, { env }).ended;
  expect(status, output).toBe(0);
  expect(configMapData(lab)['status.result.packetsTransmitted']).toBe('1000');
  expect(configMapData(lab)['status.result.p999LatencyNanoSec']).toMatch(/^\d+$/);
  expect(output).toMatch(/latency p99\.9 +\d/);
});

for (const { name, reason, diagnosis, next, tag } of [
  {
    name: 'latency-spikes',
    tag: [],
    reason: /^run: actual max latency "[\d.]+ms" is greater than desired "20ms"$/,
    diagnosis: /Diagnosis: [1-9] of 50 replies exceed 20ms: p50 [\d.]+[mµ]s, max [\d.]+ms\n/,
    next: /- If single slow replies are acceptable, compare a percentile: spec\.param\.latencyStatistic: p\d\d \(here /,
  },
  {
    name: 'slow-path',
    tag: ['@slow'],
    reason: /^run: actual max latency "[\d.]+ms" is greater than desired "20ms"$/,
    diagnosis: /Diagnosis: 50 of 50 replies exceed 20ms, the fastest took 3\d\.?\d*ms\n/,
    next: /- Compare with both VMs on one node: spec\.param\.sourceNode and spec\.param\.targetNode both "node-\d"/,
  },
  {
    name: 'packet-loss',
    tag: ['@slow'],
    reason: /^run: actual packet loss "[\d.]+%" is greater than desired "0\.5%"$/,
    diagnosis: /Diagnosis: \d+ of 50 pings had no reply, spread over the sample \(longest time without a reply: /,
    next: /kubectl debug node\/node-\d .* -- ip -s link\n/,
  },
]) {
  test(`explains an exceeded limit: ${name}`, { tag }, async ({ newLab, checkup }) => {
    const lab = await newLab(optionsOf(DIAGNOSIS_SCENARIOS.filter((scenario) => scenario.name === name)));
    const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '5' } }).ended;
    expect(status, output).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toMatch(reason);
    expect(output).toMatch(diagnosis);
    expect(output).toMatch(next);
  });
}

test('fails and reports the figures when the loss is above its limit', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { lossPercent: 20, seed: 5 } });
  const env = { SAMPLE_DURATION_SECONDS: '3', MAX_PACKET_LOSS_PERCENT: '0.5' };
  const { status, lastLine } = await checkup(lab, { env }).ended;
  const data = configMapData(lab);
  const loss = data['status.result.packetLossPercent'] ?? '';
  expect(Number(loss)).toBeGreaterThan(0.5);
  expect(lastLine).toBe(
    `Kubevirt VM latency checkup failed: run: actual packet loss "${loss}%" is greater than desired "0.5%"`,
  );
  expect(status).toBe(1);
  expect(data['status.succeeded']).toBe('false');
  expect(data['status.result.avgLatencyNanoSec']).toMatch(/^\d+$/);
});

test('succeeds when the maximum is above a limit on p50', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { delayMs: 10, jitterMs: 9 } });
  const env = { SAMPLE_DURATION_SECONDS: '3', LATENCY_STATISTIC: 'p50', MAX_DESIRED_LATENCY_MILLISECONDS: '27' };
  const { status, output } = await checkup(lab, { env }).ended;
  const data = configMapData(lab);
  expect(Number(data['status.result.maxLatencyNanoSec'])).toBeGreaterThan(27e6);
  expect(Number(data['status.result.p50LatencyNanoSec'])).toBeLessThanOrEqual(27e6);
  expect(status, output).toBe(0);
  expect(output).toMatch(/limit on p50 +27ms\n/);
});

test('measures both families and both directions on one network', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  setConfigMap(lab, { 'spec.param.ip_families': 'ipv4,ipv6', 'spec.param.bidirectional': 'true' });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  const data = configMapData(lab);
  for (const scope of ['', 'targetToSource.', 'ipv6.', 'ipv6.targetToSource.']) {
    expect(data[`status.result.${scope}packetsReceived`]).toBe('10');
  }
  for (const name of ['ping', 'ping-targetToSource', 'ping-ipv6', 'ping-ipv6-targetToSource']) {
    const log = readFileSync(testInfo.outputPath('artifacts-0', 'logs', `${name}.txt`), 'utf8');
    expect(log).toContain('10 packets transmitted');
  }
});

test('measures with addresses assigned by the network', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const env = { NETWORK_ATTACHMENT_DEFINITION_NAME: 'ovn', ADDRESSING: 'dhcp', IP_FAMILIES: 'ipv6,ipv4' };
  const { status, output } = await checkup(lab, { env }).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/target address +fd10:200::[0-9a-f:]+\/64, 10\.200\.0\.\d+\/24\n/);
  expect(vmisLeft(lab)).toEqual([]);
});

test('fails the sample when the network drops only large packets', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { mtu: 1400 } });
  const { status, output, lastLine } = await checkup(lab, { env: { PACKET_SIZE_BYTES: '1472' } }).ended;
  expect(output).toMatch(/ok +connectivity/);
  expect(lastLine).toMatch(/failed: run: no connectivity - 100% packet loss: .*10 packets transmitted, 0 received/);
  expect(configMapData(lab)['status.result.packetLossPercent']).toBe('100');
  expect(status).toBe(1);
});

test('uses other addresses when the first address of each VM is in use', async ({ newLab, checkup }) => {
  const lab = await newLab({ neighbour: { firstAsked: 2 } });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  const taken = output.match(/warning: \S+ is taken: [0-9a-f:]{17} answers for it; VMI '\S+' takes another\n/g);
  expect(taken).toHaveLength(2);
});
