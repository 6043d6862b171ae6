/** Time that runs out: teardown after a signal, a worker that hangs, guests that say nothing any more. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../checkup/cluster-facts.ts';
import { test } from '../checkup/lab-test.ts';
import { workerBelow } from '../checkup/processes.ts';

test.describe.configure({ mode: 'parallel' });

const ANSWER_LIMIT_MS = 20_000;
const LEFT =
  /teardown: failed to wait for VMI 'latency\/latency-check-source-\w+' to be gone: .*being deleted.*; remove it with: kubectl delete vmi -n latency /;

test('a delete that hangs after a signal: the answer names what is left within 20 s', async ({ newLab, checkup }) => {
  const lab = await newLab({ holdDeletedVmis: true, startupDelayMs: 60_000 });
  const run = checkup(lab);
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  const struck = performance.now();
  run.signal('SIGTERM');
  const { status, lastLine, output } = await run.ended;
  expect(performance.now() - struck).toBeLessThan(ANSWER_LIMIT_MS);
  expect(status).toBe(130);
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason, output).toMatch(/^interrupted by SIGTERM during setup, teardown: /);
  expect(reason).toMatch(LEFT);
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(vmisLeft(lab)).toHaveLength(2);
});

test('a signal shortens a teardown that goes on already', async ({ newLab, checkup }) => {
  const lab = await newLab({ holdDeletedVmis: true });
  const run = checkup(lab);
  await run.until(/\.\.\. +teardown/);
  const struck = performance.now();
  run.signal('SIGTERM');
  const { status, output } = await run.ended;
  expect(performance.now() - struck).toBeLessThan(ANSWER_LIMIT_MS);
  expect(status).toBe(130);
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason, output).toMatch(/^interrupted by SIGTERM during teardown, teardown: /);
  expect(reason).toMatch(LEFT);
});

test('a worker that hangs does not keep the answer from being written', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab);
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  const worker = workerBelow(run.pid) ?? NaN;
  process.kill(worker, 'SIGSTOP');
  try {
    const struck = performance.now();
    run.signal('SIGTERM');
    await expect.poll(() => configMapData(lab)['status.succeeded'], { timeout: ANSWER_LIMIT_MS }).toBe('false');
    expect(performance.now() - struck).toBeLessThan(ANSWER_LIMIT_MS);
    expect(configMapData(lab)['status.failureReason']).toMatch(
      /^interrupted by SIGTERM during setup, teardown: not seen to be gone: VMI 'latency\/latency-check-source-\w+' \(kubectl delete vmi /,
    );
  } finally {
    process.kill(worker, 'SIGKILL');
  }
  expect((await run.ended).status).toBe(130);
});

for (const stage of ['connectivity', 'latency']) {
  test(`consoles that fall silent during ${stage}: spec.timeout ends it, with what was waited for`, async ({
    newLab,
    checkup,
  }) => {
    const lab = await newLab({ impairment: { delayMs: 300, cut: stage === 'connectivity' } });
    setConfigMap(lab, { 'spec.timeout': '12s' });
    const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '2' } });
    await run.until(new RegExp(`\\.\\.\\. +${stage}`));
    lab.disturbConsoles({ silentMs: Infinity });
    const { status, output } = await run.ended;
    expect(status).toBe(1);
    expect(configMapData(lab)['status.failureReason'], output).toMatch(
      new RegExp(
        `^timed out after 12s during ${stage}: failed to wait for the guest of VMI 'latency/latency-check-source-\\w+'`,
      ),
    );
    expect(vmisLeft(lab)).toEqual([]);
  });
}
