// SPDX-License-Identifier: Apache-2.0
/** Time limits: teardown after a signal, a worker that hangs, consoles that become silent. SIMULATED guests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { workerBelow } from '../support/processes.ts';

const RESULT_LIMIT_MS = 25_000;
const REMAINING_VMIS =
  /teardown: (.* - )?failed to wait for VMI 'latency\/latency-check-source-\w+' to be gone(: .*being deleted.*| \(.*\))?; see what holds it with: kubectl get vmi -n latency /;

/** The scenario delete-hangs has a finalizer of another program. */
test(
  'names the VMs that remain within 25 s when KubeVirt holds deleted VMs after a signal',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ virtControllerIgnoresDeletions: true, startupDelayMs: 60_000 });
    const run = checkup(lab);
    await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
    const sentAt = performance.now();
    run.signal('SIGTERM');
    const { status, lastLine, output } = await run.ended;
    expect(performance.now() - sentAt).toBeLessThan(RESULT_LIMIT_MS);
    expect(status).toBe(130);
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    expect(reason, output).toMatch(/^interrupted by SIGTERM during setup, teardown: /);
    expect(reason).toMatch(REMAINING_VMIS);
    expect(reason).toMatch(
      /finalizer "kubevirt\.io\/foregroundDeleteVirtualMachine" of KubeVirt: virt-controller has not removed it/,
    );
    expect(reason).not.toContain('kubectl delete');
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    expect(vmisLeft(lab)).toHaveLength(2);
  },
);

test(
  'shortens a running teardown after SIGTERM, and does not abort it',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ holdDeletedVmis: true });
    const run = checkup(lab);
    await run.until(/\.\.\. +teardown/);
    await pause(1000);
    const sentAt = performance.now();
    run.signal('SIGTERM');
    const { status, output } = await run.ended;
    expect(performance.now() - sentAt).toBeLessThan(RESULT_LIMIT_MS);
    expect(status).toBe(130);
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    expect(reason, output).toMatch(/^interrupted by SIGTERM during teardown, teardown: /);
    expect(reason).toMatch(REMAINING_VMIS);
    expect(output).not.toContain('in place of the worker');
  },
);

test('deletes the VMs and writes the result when the worker hangs', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  lab.inject({ verb: 'delete', resource: 'virtualmachineinstances', times: 100, effect: { stallMs: 400 } });
  const run = checkup(lab);
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  const worker = workerBelow(run.pid) ?? NaN;
  process.kill(worker, 'SIGSTOP');
  try {
    run.signal('SIGTERM');
    await expect.poll(() => configMapData(lab)['status.succeeded'], { timeout: RESULT_LIMIT_MS }).toBe('false');
    expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during setup');
    expect(vmisLeft(lab)).toEqual([]);
  } finally {
    process.kill(worker, 'SIGKILL');
  }
  const { status, output } = await run.ended;
  expect(status).toBe(130);
  expect(output).toMatch(/warning: the worker does not end\n.*in place of the worker\n +ok +teardown +\d/);
});

test('ends after a signal when a credential plugin hangs', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const kubeconfig = testInfo.outputPath('kubeconfig');
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sleep',
    args: ['60'],
    interactiveMode: 'Never',
  };
  const config = parse(readFileSync(lab.kubeconfig, 'utf8')) as { users: unknown };
  writeFileSync(kubeconfig, stringify({ ...config, users: [{ name: 'lab', user: { exec } }] }));
  const run = checkup(lab, { env: { KUBECONFIG: kubeconfig } });
  await run.until(/\.\.\. +input/);
  await pause(1000);
  const sentAt = performance.now();
  run.signal('SIGTERM');
  const { status, lastLine } = await run.ended;
  expect(performance.now() - sentAt).toBeLessThan(RESULT_LIMIT_MS + 1000);
  expect(status).toBe(130);
  expect(lastLine).toBe('Kubevirt VM latency checkup failed: interrupted by SIGTERM during input');
});

/** The source runs every command of these stages. The target runs only this one, at the same time as the source. */
const SILENT_GUEST =
  "the guest of VMI 'latency/latency-check-(source-\\w+' to run \"|target-\\w+' to run \"ip -o addr show; ip -4 route get )";

for (const stage of ['connectivity', 'latency']) {
  test(
    `times out with the awaited event when consoles become silent during ${stage}`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab({ impairment: { delayMs: 300, cut: stage === 'connectivity' } });
      setConfigMap(lab, { 'spec.timeout': '12s' });
      const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '2' } });
      await run.until(new RegExp(`\\.\\.\\. +${stage}`));
      lab.disturbConsoles({ silentMs: Infinity });
      const { status, output } = await run.ended;
      expect(status).toBe(1);
      expect(configMapData(lab)['status.failureReason'], output).toMatch(
        new RegExp(`^timed out after 12s during ${stage}: failed to wait for ${SILENT_GUEST}`),
      );
      expect(vmisLeft(lab)).toEqual([]);
    },
  );
}
