// SPDX-License-Identifier: Apache-2.0
/** Effect of the ping interval on the measured latency, with the same link and guests of the same kind. */
import type { BenchLab } from './bench-lab.ts';
import { medianFigure, type Figure } from './figure.ts';
import { latencyMs } from './reported.ts';

const INTERVALS_MS = [1000, 100, 10];
const ROUNDS = 2;
const SAMPLE_SECONDS = 10;
const STATISTICS = ['avg', 'p50'] as const;
const section = 'load';
const NOTE =
  'likely cause, not measured: with longer intervals, guests and processors sleep between pings, and the wake-up adds latency';

export async function load(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const resultsByInterval = new Map<number, Readonly<Record<string, string>>[]>(INTERVALS_MS.map((ms) => [ms, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [intervalMs, seen] of resultsByInterval) {
      log(`load: every ${intervalMs} ms, round ${round} of ${ROUNDS}`);
      const env = {
        SAMPLE_DURATION_SECONDS: String(SAMPLE_SECONDS),
        SAMPLE_INTERVAL_MILLISECONDS: String(intervalMs),
      };
      seen.push((await bench.checkup({ env })).results);
    }
  }
  return [...resultsByInterval].flatMap(([intervalMs, seen]) =>
    STATISTICS.map((name) =>
      medianFigure(
        { section, name: `a ping every ${intervalMs} ms: ${name}`, unit: 'ms', note: name === 'avg' ? NOTE : '' },
        seen.map((results) => latencyMs(results, name)),
      ),
    ),
  );
}
