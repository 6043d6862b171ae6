// SPDX-License-Identifier: Apache-2.0
/** The checkup on the real cluster of KUBECONFIG: as a Job that succeeds, as one that fails, and from the checkout. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { stringMapAt } from '../../lab/objects.ts';
import { startCheckup } from '../support/checkup-process.ts';
import { expectLimitExceeded, expectSuccess } from '../support/expected-result.ts';
import { checkupConfigMap, NAMESPACE, readConfigMap, removeJob, runJob, listVmis } from '../support/job-run.ts';
import { readTarget, type Target } from '../support/target-cluster.ts';

const test = base.extend<{ target: Target }>({
  target: async ({}, use) => {
    const target = await readTarget();
    await use(target);
    await removeJob(target);
  },
});

test('a Job writes every output key, and removes the objects it created', { tag: '@cluster' }, async ({ target }) => {
  const { job, spec, ...answer } = await runJob(target);
  expect(job, answer.lastLine).toBe('Complete');
  expectSuccess(answer, { spec, nodes: target.nodes });
  expect(await listVmis(target)).toEqual([]);
});

test('a Job fails and reports the figures when a limit is exceeded', { tag: '@cluster' }, async ({ target }) => {
  const { job, spec, ...answer } = await runJob(target, { 'spec.param.maxDesiredLatencyMilliseconds': '0.001' });
  expect(job, answer.lastLine).toBe('Failed');
  expectLimitExceeded(answer, { spec, nodes: target.nodes });
  expect(await listVmis(target)).toEqual([]);
});

test('a checkup from this checkout writes its reports', { tag: '@cluster' }, async ({ target }, testInfo) => {
  const configMap = checkupConfigMap(target, {});
  await removeJob(target);
  const { status, stderr } = await target.kubectl.apply(configMap);
  expect(status, stderr).toBe(0);
  const artifacts = path.join(target.artifacts, 'checkup');
  const limitMs = testInfo.timeout - 30_000;
  const ended = await startCheckup(target.kubeconfig, artifacts, {
    env: { CONFIGMAP_NAMESPACE: NAMESPACE },
    limitMs,
  }).ended;
  expect(ended.status, ended.output).toBe(0);
  const asked = { spec: stringMapAt(configMap, 'data'), nodes: target.nodes };
  expectSuccess({ data: await readConfigMap(target), lastLine: ended.lastLine }, asked);
  expect(existsSync(path.join(artifacts, 'html-report', 'index.html'))).toBe(true);
  expect(await listVmis(target)).toEqual([]);
});
