// SPDX-License-Identifier: Apache-2.0
/** Compares the gap of a live migration with its threshold. It is recorded before. */
import { CheckupError } from './errors.ts';
import type { Migration } from './migration.ts';
import { isAbove } from './limit.ts';
import { renderNanoseconds } from './units.ts';

/** @throws CheckupError MigrationGapExceeded */
export function requireMigrationWithin(
  migration: Migration,
  { maxMigrationGapNs }: { readonly maxMigrationGapNs?: number | undefined },
): void {
  const { longestGapNs } = migration;
  if (maxMigrationGapNs === undefined || !isAbove(longestGapNs, maxMigrationGapNs)) return;
  const actual = `actual migration gap "${renderNanoseconds(longestGapNs)}"`;
  const what = `${actual} is greater than desired "${renderNanoseconds(maxMigrationGapNs)}"`;
  const clue = { kind: 'migration-gap-exceeded', migration, limitNs: maxMigrationGapNs } as const;
  throw new CheckupError('MigrationGapExceeded', what, { clues: [clue] });
}
