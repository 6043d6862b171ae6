// SPDX-License-Identifier: Apache-2.0
/**
 * The runs of the past in `history.runs`: one line of JSON for each run, the newest last. A line holds the figures that a trend needs, and
 * the conditions under which they were measured.
 */
import * as v from 'valibot';
import { ERROR_CODES } from '../errors.ts';
import { AMOUNT, WHOLE as ANY_WHOLE, type Infer } from '../schema.ts';
import { TREND_STATE } from './trend.ts';

/** Characters for each node in `nodes`. */
export const NODE_CHARACTERS = 6;

/** A line can be damaged in any way; sums of these stay finite. */
const WHOLE = v.pipe(ANY_WHOLE, v.maxValue(Number.MAX_SAFE_INTEGER));
/** ping waits for no reply for an hour. */
const ROUND_TRIP_NS = v.pipe(ANY_WHOLE, v.maxValue(3600e9));
const HASH = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/, 'eight hexadecimal digits'));
const SHORT_TEXT = v.pipe(v.string(), v.maxLength(600));

/** The figures of a complete measurement of one network, and its conditions. */
export const HISTORY_FIGURES = v.object({
  /** Nanoseconds. Two VMs: of the slowest route. Mesh: median over pairs of p50, 90th percentile over pairs of p90. */
  p50Ns: ROUND_TRIP_NS,
  p90Ns: ROUND_TRIP_NS,
  /** The greatest judged statistic of the routes, nanoseconds. Mesh: its 95th percentile over pairs. */
  judgedNs: ROUND_TRIP_NS,
  /** Packets of all routes or pairs. */
  sent: WHOLE,
  lost: WHOLE,
  /** The longest time without a reply around a live migration, nanoseconds; absent without `liveMigration`. */
  gapNs: v.exactOptional(ROUND_TRIP_NS),
  /** The nodes of the slowest route or pair, the source first, separated by a space. */
  worst: SHORT_TEXT,
  /** A hash of each node's name, sorted. */
  nodes: v.pipe(v.string(), v.regex(/^([\w-]{6})+$/, 'six characters for each node')),
  mesh: v.exactOptional(v.literal(true)),
  families: SHORT_TEXT,
  bytes: WHOLE,
  intervalMs: AMOUNT,
  durationMs: AMOUNT,
  /** The first digits of the SHA-256 of the image's name, and of the name of the guest's ping. */
  image: HASH,
  tool: HASH,
  /** Its minor version, such as "1.9". */
  kubeVirt: v.exactOptional(SHORT_TEXT),
});
export type HistoryFigures = Infer<typeof HISTORY_FIGURES>;

const HISTORY_NETWORK = v.object({
  /** "namespace/name" */
  network: SHORT_TEXT,
  succeeded: v.boolean(),
  /** Of the first failure. */
  code: v.exactOptional(v.picklist(ERROR_CODES)),
  trend: v.exactOptional(TREND_STATE),
  /** Absent if the measurement was not completed. */
  figures: v.exactOptional(HISTORY_FIGURES),
});
export type HistoryNetwork = Infer<typeof HISTORY_NETWORK>;

export const HISTORY_RUN = v.object({
  /** `status.runId` of the run. */
  run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'sixteen hexadecimal digits')),
  /** `status.completionTimestamp` of the run. */
  time: v.pipe(v.string(), v.isoTimestamp()),
  /** In the order of the input. */
  networks: v.pipe(v.array(HISTORY_NETWORK), v.nonEmpty()),
});
export type HistoryRun = Infer<typeof HISTORY_RUN>;

export interface History {
  /** The oldest first. */
  readonly runs: readonly HistoryRun[];
  /** The number of lines that are no runs. */
  readonly damaged: number;
}

/**
 * Parses `history.runs`. Empty lines are ignored, and unknown members of a line. Of several lines of one run, the last one counts, in the
 * place of the first.
 */
export function parseHistory(text: string): History {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const known = lines.flatMap((line) => parseLine(line) ?? []);
  const runs = new Map(known.map((run) => [run.run, run]));
  return { runs: [...runs.values()], damaged: lines.length - known.length };
}

function parseLine(line: string): HistoryRun | undefined {
  try {
    const { success, output } = v.safeParse(HISTORY_RUN, JSON.parse(line));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}

export interface HistoryLimits {
  /** The most lines. */
  readonly runs: number;
  /** The most bytes of UTF-8. */
  readonly bytes: number;
}

/**
 * Returns `history.runs` with a further run as its last line, without damaged lines, and without the oldest ones beyond the limits. A line
 * of the same run is replaced. Empty if not even the added line fits.
 */
export function appendRun(text: string, added: HistoryRun, limits: HistoryLimits): string {
  const others = parseHistory(text).runs.filter(({ run }) => run !== added.run);
  return renderHistory([...others, added], limits);
}

/** Returns a line for each run, without the oldest ones beyond the limits. */
export function renderHistory(history: readonly HistoryRun[], limits: HistoryLimits): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let bytes = 0;
  for (const run of history.slice(-limits.runs).reverse()) {
    const line = JSON.stringify(run);
    bytes += encoder.encode(line).length + 1;
    if (bytes > limits.bytes) break;
    lines.unshift(line);
  }
  return lines.map((line) => `${line}\n`).join('');
}
