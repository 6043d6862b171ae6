// SPDX-License-Identifier: Apache-2.0
/** Runs checkups that live-migrate the target VM between two QEMU processes, and compares their figures with those of the switch. */
import { MIGRATION_INTERVAL_MS } from '../../model/migration.ts';
import type { BenchLab, Measured } from './bench-lab.ts';
import { sampleOf } from './echo-sample.ts';
import type { Figure } from './figure.ts';
import { migrationFigures, switchFigures, type MigrationCase } from './migration-figures.ts';
import { countOf, migrationGapMs } from './reported.ts';

const DEFAULT_RUNS = 10;
const ENV = { LIVE_MIGRATION: 'true', SAMPLE_DURATION_SECONDS: '1' };

export async function migration(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const runs = runsOf(process.env['BENCH_MIGRATIONS']);
  await bench.permitMigrations();
  const cases: MigrationCase[] = [];
  for (let run = 1; run <= runs; run += 1) {
    log(`migration ${run} of ${runs}`);
    const measured = caseOf(await bench.checkup({ env: ENV }));
    log(`reported ${JSON.stringify(measured.reported)}, switch ${JSON.stringify(measured.switch)}`);
    cases.push(measured);
  }
  return migrationFigures(cases);
}

function runsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_RUNS;
  const runs = Number(text);
  if (Number.isInteger(runs) && runs > 0) return runs;
  throw new RangeError(`expected a positive whole number as BENCH_MIGRATIONS, saw "${text}"`);
}

function caseOf({ results, echoes }: Measured): MigrationCase {
  return {
    reported: {
      longestGapMs: migrationGapMs(results),
      lost: countOf(results, 'migration.packetsLost'),
      late: countOf(results, 'migration.packetsLate'),
    },
    switch: switchFigures(sampleOf(echoes), MIGRATION_INTERVAL_MS),
  };
}
