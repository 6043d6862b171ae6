// SPDX-License-Identifier: Apache-2.0
/** Figures of live migrations: the reported gap and packets compared with those that the lab's switch recorded. */
import { summarizeEchoes, type EchoExchange } from '../../lab/network.ts';
import { LATE_AFTER_INTERVALS, MIGRATION_INTERVAL_MS } from '../../model/migration.ts';
import { medianFigure, type Figure } from './figure.ts';

/** The guests and their emulation delay frames after the switch. */
const GUESTS_MS = 5;
const MEDIAN_BOUND_MS = MIGRATION_INTERVAL_MS + GUESTS_MS;
const WORST_BOUND_MS = 3 * MIGRATION_INTERVAL_MS;
/** The checkup does not count requests without a reply that are sent less than this before ping stops. */
const ON_ITS_WAY_NS = 1_000_000_000n;
const section = 'migration';

interface MigrationNumbers {
  readonly longestGapMs: number;
  readonly lost: number;
  readonly late: number;
}

/** One live migration. */
export interface MigrationCase {
  readonly reported: MigrationNumbers;
  /** As the switch recorded the same pings. */
  readonly switch: SwitchNumbers;
}

export interface SwitchNumbers extends MigrationNumbers {
  /** Replies that reached the source VM's port up to two intervals before the limit of a late reply: in the VM, they can be late. */
  readonly nearlyLate: number;
}

/** Returns what the switch recorded of a sample. */
export function switchFigures(sample: readonly EchoExchange[], intervalMs: number): SwitchNumbers {
  const last = sample.at(-1)?.request.arrivedNs ?? 0n;
  const answered = sample.findLastIndex(({ reply }) => reply?.leftNs !== undefined);
  const counted = sample.filter(({ request }, index) => index <= answered || last - request.arrivedNs >= ON_ITS_WAY_NS);
  const lateMs = LATE_AFTER_INTERVALS * intervalMs;
  const { longestGapMs, lost, late } = summarizeEchoes(counted, lateMs);
  return { longestGapMs, lost, late, nearlyLate: summarizeEchoes(counted, lateMs - 2 * intervalMs).late - late };
}

/** Returns the figures of each migration, and the median of the errors. */
export function migrationFigures(cases: readonly MigrationCase[]): Figure[] {
  const note = 'absolute error of the longest gap: reported - switch';
  const about = { section, name: 'median error', unit: 'ms', bound: { atMost: MEDIAN_BOUND_MS }, note };
  const errors = cases.map((one) => Math.abs(errorMs(one)));
  return [...cases.flatMap(figuresOfOne), medianFigure(about, errors)];
}

function errorMs({ reported, switch: recorded }: MigrationCase): number {
  return reported.longestGapMs - recorded.longestGapMs;
}

function figuresOfOne(one: MigrationCase, index: number): Figure[] {
  const { reported, switch: recorded } = one;
  const name = `migration ${index + 1}`;
  const near = `, ${recorded.nearlyLate} more were at most 40 ms below the limit`;
  const gaps = `reported ${reported.longestGapMs.toFixed(1)} - switch ${recorded.longestGapMs.toFixed(1)}`;
  return [
    {
      section,
      name: `${name}: error of the longest gap`,
      unit: 'ms',
      value: errorMs(one),
      bound: { atMost: WORST_BOUND_MS },
      note: gaps,
    },
    ...(['lost', 'late'] as const).map((packets) => ({
      section,
      name: `${name}: ${packets}`,
      unit: '',
      value: reported[packets],
      bound: { exactly: recorded[packets] },
      note: `packets reported ${packets}; the bound is the number that the switch recorded${packets === 'late' ? near : ''}`,
    })),
  ];
}
