// SPDX-License-Identifier: Apache-2.0
/** SIMULATED guests on impaired networks. */
import { expect } from '@playwright/test';
import { test } from '../support/lab-test.ts';

test('reports loss during the sample', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { lossPercent: 30, seed: 7 } });
  const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '3' } }).ended;
  expect(status).toBe(0);
  const [, transmitted, received] = /packets +(\d+) transmitted, (\d+) received/.exec(output) ?? [];
  expect(Number(transmitted)).toBe(30);
  expect(Number(received)).toBeLessThan(30);
  const loss = Number(((1 - Number(received) / 30) * 100).toFixed(3));
  expect(output).toMatch(new RegExp(`packet loss +${String(loss).replace('.', '\\.')}%`));
});

test('attaches a network without spec.config with bridge binding, and warns', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const metadata = { name: 'in-files', namespace: 'latency' };
  lab.createObject({ apiVersion: 'k8s.cni.cncf.io/v1', kind: 'NetworkAttachmentDefinition', metadata });
  const { status, output } = await checkup(lab, { env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'in-files' } }).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/warning: network-attachment-definition "latency\/in-files" has no spec\.config, /);
});
