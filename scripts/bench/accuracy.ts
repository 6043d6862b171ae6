// SPDX-License-Identifier: Apache-2.0
/** Runs checkups on networks with configured delay and loss, and baseline runs without either in between. */
import type { BenchLab, Measured } from './bench-lab.ts';
import { addedMs, dropped, heldMs, sampleOf, timesOf } from './echo-sample.ts';
import type { Figure } from './figure.ts';
import { latencyMs, packetsLost } from './reported.ts';
import { title, accuracyFigures, type Case } from './accuracy-figures.ts';

const DELAYS_MS = [0, 1, 5, 20];
const LOSSES_PERCENT = [0, 1, 5];
// With requests every 16 ms, a reply after 0, 2, 10 or 40 ms never arrives while the next request leaves and the guests are busy.
const SAMPLE = { seconds: 8, intervalMs: 16 };

export async function accuracy(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const cases: Case[] = [];
  const baselines: Case[] = [];
  for (const lossPercent of LOSSES_PERCENT) {
    log('accuracy: baseline');
    baselines.push(await measure(bench, 0, 0));
    for (const delayMs of DELAYS_MS) {
      log(`accuracy: ${title({ delayMs, lossPercent })}`);
      cases.push(await measure(bench, delayMs, lossPercent));
    }
  }
  log('accuracy: baseline');
  baselines.push(await measure(bench, 0, 0));
  return accuracyFigures(cases, baselines);
}

async function measure(bench: BenchLab, delayMs: number, lossPercent: number): Promise<Case> {
  const env = {
    SAMPLE_DURATION_SECONDS: String(SAMPLE.seconds),
    SAMPLE_INTERVAL_MILLISECONDS: String(SAMPLE.intervalMs),
  };
  const impairment = { delayMs, lossPercent, seed: 1 + delayMs * 10 + lossPercent };
  return caseOf(await bench.checkup({ env, impairment }), delayMs, lossPercent);
}

function caseOf({ results, echoes }: Measured, delayMs: number, lossPercent: number): Case {
  const sample = sampleOf(echoes);
  return {
    delayMs,
    lossPercent,
    reported: { avg: latencyMs(results, 'avg'), p50: latencyMs(results, 'p50'), p99: latencyMs(results, 'p99') },
    reference: timesOf(addedMs(sample)),
    lost: packetsLost(results),
    dropped: dropped(sample),
    heldMs: heldMs(sample),
  };
}
