// SPDX-License-Identifier: Apache-2.0
/** Renders failures for `status.failureReason`. */
import type { Diagnosis } from './diagnosis.ts';
import type { ErrorCode } from './errors.ts';
import { cleanFinding, renderFindings, type Finding } from './finding.ts';
import type { Stage } from './stages.ts';
import { oneLine } from './text.ts';
import { renderMilliseconds } from './units.ts';

/** A longer reason is shortened in its parentheses: it is read in a table, a dashboard or one line of a terminal. */
const SHORT_REASON = 300;

const PREFIX: Readonly<Record<Stage, string>> = {
  input: '',
  prerequisites: 'prerequisites: ',
  setup: 'setup: ',
  connectivity: 'run: ',
  latency: 'run: ',
  migration: 'run: ',
  rounds: 'run: ',
  retest: 'run: ',
  teardown: 'teardown: ',
};

/** A part of a reason; only one in parentheses may be shortened. */
type ReasonPart = string | { readonly inParentheses: string };
/** The parts are concatenated; the parentheses are preceded by a space. */
export type Reason = readonly ReasonPart[];

export interface Failure {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly findings: readonly Finding[];
  readonly diagnosis?: Pick<Diagnosis, 'summary'>;
}

/**
 * Returns the reason of one failure. With a diagnosis, what was seen is in parentheses.
 * @param timeoutMs `spec.timeout`; undefined as long as it is not known.
 */
export function reasonOf(failure: Failure, timeoutMs: number | undefined): Reason {
  const { stage, code } = failure;
  const findings = failure.findings.map((finding) => cleanFinding(finding));
  const timedOut = code === 'TimedOut' && stage !== 'teardown';
  const after = timeoutMs === undefined ? '' : ` after ${renderMilliseconds(timeoutMs)}`;
  const prefix = timedOut ? `timed out${after} during ${stage}: ` : PREFIX[stage];
  const cause = causeOf(failure);
  if (cause === undefined) return [prefix + renderFindings(findings)];
  // In the other stages the words of the finding come first: "no connectivity - 100% packet loss", "actual max latency …".
  const first = timedOut || stage === 'setup' || stage === 'teardown';
  const parts = findings.flatMap(({ what, seen, remedy }, index): ReasonPart[] => [
    index === 0 ? '' : ', ',
    index === 0 && !first ? `${what}: ${cause}` : what,
    // Input errors are never shortened.
    ...(seen === undefined ? [] : [code === 'InputInvalid' ? ` (${seen})` : { inParentheses: seen }]),
    ...(remedy === undefined ? [] : [`; ${remedy}`]),
  ]);
  return [prefix, ...(first ? [`${cause} - `] : []), ...parts];
}

/**
 * Codes of failures whose findings name the cause themselves, except for a single one that quotes what was seen. An exceeded limit is
 * reported as value and limit only: users compare this form word for word.
 */
const NAMES_CAUSE: readonly ErrorCode[] = [
  'InputInvalid',
  'PrerequisiteMissing',
  'MeasurementFailed',
  'PacketLossExceeded',
  'LatencyExceeded',
  'LatencyRegressed',
  'PairsFailed',
  'MeshIncomplete',
  'MigrationGapExceeded',
];

function causeOf({ code, findings, diagnosis }: Failure): string | undefined {
  if (diagnosis === undefined) return undefined;
  if (NAMES_CAUSE.includes(code) && (findings.length > 1 || findings[0]?.seen === undefined)) return undefined;
  return oneLine(diagnosis.summary, Infinity);
}

export function renderReason(reason: Reason): string {
  return reason.map((part) => renderPart(part, Infinity)).join('');
}

/**
 * Renders the reasons of a run. If they have more than 300 characters together, with ", " between them, what is in parentheses is
 * shortened between words; where no word fits, the parentheses are omitted. The other parts are whole.
 */
export function renderShortReasons(reasons: readonly Reason[]): string[] {
  const parts = reasons.flat();
  const separators = 2 * Math.max(0, reasons.length - 1);
  const fixed = parts.filter((part) => typeof part === 'string').reduce((sum, part) => sum + part.length, separators);
  const sizes = parts.flatMap((part) => (typeof part === 'string' ? [] : [renderPart(part, Infinity).length]));
  const share = fairShare(sizes, SHORT_REASON - fixed);
  return reasons.map((reason) => reason.map((part) => renderPart(part, share)).join(''));
}

/** Returns the size to which the largest of these are reduced, so that all of them fit together. */
export function fairShare(sizes: readonly number[], available: number): number {
  let remaining = available;
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(remaining / (sizes.length - index));
    if (size > share) return Math.max(0, share);
    remaining -= size;
  }
  return Infinity;
}

/** @param limit for a part in parentheses, in characters. */
function renderPart(part: ReasonPart, limit: number): string {
  if (typeof part === 'string') return part;
  const text = part.inParentheses;
  const whole = ` (${text})`;
  if (whole.length <= limit) return whole;
  // Punctuation before the ellipsis would announce a word.
  const words = text
    .slice(0, Math.max(0, limit - ' (…)'.length + 1))
    .split(' ')
    .slice(0, -1)
    .join(' ');
  const shortened = words.replace(/[\s,;:([{"'<]+$/, '');
  return shortened === '' ? '' : ` (${shortened}…)`;
}
