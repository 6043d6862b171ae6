// SPDX-License-Identifier: Apache-2.0
/** Effect of the warm-up: the maximum as reported, and as it would be with the first reply in the sample. */
import type { BenchLab } from './bench-lab.ts';
import { medianFigure, type Figure } from './figure.ts';
import { latencyMs } from './reported.ts';

const DELAYS_MS = [0, 5];
const RUNS = 5;
const SAMPLE_SECONDS = 2;
const section = 'cold-start';

interface Maxima {
  readonly coldMs: number;
  readonly warmMs: number;
}

export async function coldStart(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const delayMs of DELAYS_MS) figures.push(...figuresOf(delayMs, await measure(bench, delayMs, log)));
  return figures;
}

async function measure(bench: BenchLab, delayMs: number, log: (line: string) => void): Promise<Maxima[]> {
  const seen: Maxima[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    log(`cold-start: ${delayMs} ms each way, run ${run} of ${RUNS}`);
    const env = { SAMPLE_DURATION_SECONDS: String(SAMPLE_SECONDS) };
    const { results } = await bench.checkup({ env, impairment: { delayMs } });
    seen.push({ coldMs: latencyMs(results, 'coldStart'), warmMs: latencyMs(results, 'max') });
  }
  return seen;
}

function figuresOf(delayMs: number, seen: readonly Maxima[]): Figure[] {
  const about = (what: string, note: string) => ({
    section,
    name: `${delayMs} ms each way: ${what}`,
    unit: 'ms',
    note,
  });
  const cold = seen.map(({ coldMs }) => coldMs);
  const warm = seen.map(({ warmMs }) => warmMs);
  const counted = seen.map(({ coldMs, warmMs }) => Math.max(coldMs, warmMs));
  return [
    medianFigure(about('maximum', `as reported, of ${SAMPLE_SECONDS} s after the warm-up`), warm),
    medianFigure(about('maximum with first reply', 'maximum without warm-up'), counted),
    medianFigure(about('first reply', 'as reported: includes ARP and other first-time work'), cold),
  ];
}
