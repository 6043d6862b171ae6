/** SIMULATED guests on impaired networks. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

test('a delay of 10 ms each way is in the answer', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { delayMs: 10 } });
  expect((await checkup(lab).ended).status).toBe(0);
  const data = configMapData(lab);
  expect(Number(data['status.result.minLatencyNanoSec'])).toBeGreaterThanOrEqual(20_000_000);
  expect(Number(data['status.result.minLatencyNanoSec'])).toBeLessThan(25_000_000);
});

test('a cut link is no connectivity, without latency keys', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { cut: true } });
  const { status, lastLine } = await checkup(lab).ended;
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: run: no connectivity - 100% packet loss: /);
  expect(status).toBe(1);
  const data = configMapData(lab);
  expect(Object.keys(data).filter((key) => /Latency|Duration/.test(key) && key.startsWith('status.'))).toEqual([]);
  expect(data['status.result.sourceNode']).toMatch(/^node-/);
  expect(data['status.succeeded']).toBe('false');
  expect(vmisLeft(lab)).toEqual([]);
});

test('loss during the sample is in the output', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { lossPercent: 30, seed: 7 } });
  const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '3' } }).ended;
  expect(status).toBe(0);
  const [, transmitted, received] = /packets +(\d+) transmitted, (\d+) received/.exec(output) ?? [];
  expect(Number(transmitted)).toBe(30);
  expect(Number(received)).toBeLessThan(30);
  const loss = Number(((1 - Number(received) / 30) * 100).toFixed(3));
  expect(output).toMatch(new RegExp(`packet loss +${String(loss).replace('.', '\\.')}%`));
});

test('a network without spec.config is attached with bridge binding, with a warning', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const metadata = { name: 'in-files', namespace: 'latency' };
  lab.createObject({ apiVersion: 'k8s.cni.cncf.io/v1', kind: 'NetworkAttachmentDefinition', metadata });
  const { status, output } = await checkup(lab, { env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'in-files' } }).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/warning: network-attachment-definition "latency\/in-files" has no spec\.config, /);
});
