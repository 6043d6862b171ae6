// SPDX-License-Identifier: Apache-2.0
/**
 * Twelve consecutive checkups against one lab with random transient faults: all succeed, nothing is leaked, and the memory of the
 * lab does not grow. SIMULATED guests. `SOAK_SEED` repeats the faults of a run.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from '@playwright/test';
import { randomFaults } from '../../lab/scenarios.ts';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const RUNS = 12;
/** Number of runs after which one-time allocations are complete. */
const SETTLED = 6;
const FAULTS_PER_RUN = 3;
const MIN_OF_EACH_KIND = 3;
const GROWTH = 1.2;
const MINUTE_MS = 60_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Returns the heap of this process, which runs the lab. */
function heapMiB(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Returns the leaked objects. Events are not counted: they stay for a while, as in a real cluster. */
function leakedObjects(lab: Lab): string[] {
  return [...vmisLeft(lab), ...lab.list('pods').map(({ metadata }) => metadata.name)];
}

test(`${RUNS} checkups succeed with random transient faults`, { tag: '@slow' }, async ({ newLab, checkup }) => {
  test.setTimeout(15 * MINUTE_MS);
  const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);
  console.log(`soak: seed ${seed}`);
  const lab = await newLab({ startupDelayMs: 500 });
  setConfigMap(lab, { 'spec.param.overwriteResults': 'true' });
  const faults = randomFaults(lab, seed);
  const failed: string[] = [];
  let settledMiB = 0;
  for (let run = 1; run <= RUNS; run += 1) {
    const { status, lastLine, output } = await checkup(lab).ended;
    const succeeded = status === 0 && configMapData(lab)['status.succeeded'] === 'true';
    if (!succeeded) failed.push(`run ${run}: ${lastLine}\n${output}`);
    if (leakedObjects(lab).length > 0) failed.push(`run ${run} leaked ${leakedObjects(lab).join(', ')}`);
    if (run === SETTLED) settledMiB = heapMiB();
  }
  faults.stop();
  const counts = Object.entries(faults.counts());
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const endMiB = heapMiB();
  console.log(
    [
      `soak: ${RUNS} checkups, ${failed.length} failed, seed ${seed}`,
      ...counts.map(([kind, count]) => `  ${kind.padEnd(22)} ${String(count).padStart(4)}`),
      `  ${'faults a run'.padEnd(22)} ${(total / RUNS).toFixed(1).padStart(4)}`,
      `  the lab's memory: ${settledMiB.toFixed(1)} MiB after ${SETTLED} runs, ${endMiB.toFixed(1)} MiB after ${RUNS}`,
    ].join('\n'),
  );
  expect(failed).toEqual([]);
  expect(total / RUNS).toBeGreaterThanOrEqual(FAULTS_PER_RUN);
  expect(counts.filter(([, count]) => count < MIN_OF_EACH_KIND)).toEqual([]);
  expect(endMiB).toBeLessThan(settledMiB * GROWTH);
});
