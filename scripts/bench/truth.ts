/** What a checkup reports of networks whose delay and loss are known, and of ones without either, between the others. */
import type { BenchLab, Measured } from './bench-lab.ts';
import { addedMs, dropped, heldMs, sampleOf, timesOf } from './echo-sample.ts';
import type { Figure } from './figure.ts';
import { latencyMs, packetsLost } from './reported.ts';
import { title, truthFigures, type Case } from './truth-figures.ts';

const DELAYS_MS = [0, 1, 5, 20];
const LOSSES_PERCENT = [0, 1, 5];
// A reply of 0, 2, 10 or 40 ms never comes while the next request of every 16 ms leaves: guests would be busy with both.
const SAMPLE = { seconds: 8, intervalMs: 16 };

export async function truth(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const cases: Case[] = [];
  const baselines: Case[] = [];
  for (const lossPercent of LOSSES_PERCENT) {
    log('truth: baseline');
    baselines.push(await measure(bench, 0, 0));
    for (const delayMs of DELAYS_MS) {
      log(`truth: ${title({ delayMs, lossPercent })}`);
      cases.push(await measure(bench, delayMs, lossPercent));
    }
  }
  log('truth: baseline');
  baselines.push(await measure(bench, 0, 0));
  return truthFigures(cases, baselines);
}

async function measure(bench: BenchLab, delayMs: number, lossPercent: number): Promise<Case> {
  const env = {
    SAMPLE_DURATION_SECONDS: String(SAMPLE.seconds),
    SAMPLE_INTERVAL_MILLISECONDS: String(SAMPLE.intervalMs),
  };
  const impairment = { delayMs, lossPercent, seed: 1 + delayMs * 10 + lossPercent };
  return caseOf(await bench.checkup({ env, impairment }), delayMs, lossPercent);
}

function caseOf({ answer, echoes }: Measured, delayMs: number, lossPercent: number): Case {
  const sample = sampleOf(echoes);
  return {
    delayMs,
    lossPercent,
    reported: { avg: latencyMs(answer, 'avg'), p50: latencyMs(answer, 'p50'), p99: latencyMs(answer, 'p99') },
    known: timesOf(addedMs(sample)),
    lost: packetsLost(answer),
    dropped: dropped(sample),
    heldMs: heldMs(sample),
  };
}
