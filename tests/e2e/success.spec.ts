// SPDX-License-Identifier: Apache-2.0
/** SIMULATED guests. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { expectLimitExceeded, expectSuccess } from '../support/expected-result.ts';
import { test } from '../support/lab-test.ts';

const ASKED = {
  nodes: ['node-1', 'node-2'],
  spec: {
    'spec.timeout': '5m',
    'spec.param.networkAttachmentDefinitionNamespace': 'latency',
    'spec.param.networkAttachmentDefinitionName': 'blue',
  },
};

test('writes every output key, and removes the objects it created', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const { status, lastLine, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  expect(output).toContain('ping from iputils 20240905 (SIMULATED by a scripted guest)');
  for (const stage of ['input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown']) {
    expect(output).toMatch(new RegExp(`^  ok     ${stage} +\\d+\\.\\ds$`, 'm'));
  }

  expectSuccess({ data: configMapData(lab), lastLine }, ASKED);
  expect(vmisCreated(lab)).toBe(2);
  expect(vmisLeft(lab)).toEqual([]);
  const artifacts = testInfo.outputPath('artifacts-0');
  expect(existsSync(`${artifacts}/html-report/index.html`)).toBe(true);
  expect(await readdir(`${artifacts}/manifests`)).toHaveLength(2);
  expect(await readdir(`${artifacts}/charts`)).toEqual(['ipv4-sourceToTarget-rtt.svg']);
  const chart = await readFile(`${artifacts}/charts/ipv4-sourceToTarget-rtt.svg`, 'utf8');
  expect(chart).toContain('10 answered, 0 lost (0%)');
  expect(chart).toMatch(/ on node node-[12] → \S+ on node node-[12]</);
  expect(await readdir(`${artifacts}/logs`)).toEqual([
    expect.stringMatching(/^latency-check-source-\w+-console\.txt$/),
    expect.stringMatching(/^latency-check-target-\w+-console\.txt$/),
    'ping.txt',
  ]);
  expect((await readdir(`${artifacts}/allure-results`)).some((name) => name.endsWith('-result.json'))).toBe(true);
});

test('fails and reports the figures when a limit is exceeded', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const { status, lastLine } = await checkup(lab, { env: { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' } }).ended;
  expect(status).toBe(1);
  expectLimitExceeded({ data: configMapData(lab), lastLine }, ASKED);
});
