// SPDX-License-Identifier: Apache-2.0
/**
 * Reports of what a stage waits for. They are not events: events are saved with the test's result, and a long run has thousands of
 * waits. The worker prints each report as one line of JSON on its stdout, and the main process renders it.
 */
import * as v from 'valibot';
import { AMOUNT, type Infer } from './schema.ts';
import { STAGES } from './stages.ts';
import { oneLine } from './text.ts';
import { parseElapsed, renderElapsed, renderSeconds } from './units.ts';

const WAIT = v.object({
  /** "VMI 'ns/a' to run" */
  what: v.string(),
  /** The last observed state: "Scheduling". */
  seen: v.string(),
  /** How long that state has not changed, in milliseconds. */
  unchangedMs: AMOUNT,
  /** The previous report for the log had the same state. */
  still: v.boolean(),
});
export type Wait = Infer<typeof WAIT>;

/** The object that is waited for. */
export interface WaitSubject {
  /** "VMI 'ns/a'" */
  readonly object: string;
  /** What all objects of this kind are waited for: "VMIs to be running". */
  readonly kind: string;
}

/** A wait that goes on. Without a subject, its text identifies it. */
export interface CurrentWait extends Omit<Wait, 'still'> {
  readonly subject: WaitSubject | undefined;
}

const WAIT_REPORT = v.object({
  stage: v.picklist(STAGES),
  /** Milliseconds since the stage began. */
  elapsedMs: AMOUNT,
  /** Whether it is a line of the log; a terminal shows each report. */
  logged: v.boolean(),
  /** In the order in which they began; many waits of one kind are one. */
  waits: v.array(WAIT),
});
export type WaitReport = Infer<typeof WAIT_REPORT>;

/** Up to this number, each wait is reported by itself. */
const LISTED_WAITS = 4;
/** States of a summary, the most frequent first. */
const LISTED_STATES = 3;
/** Limit of the characters of a state in a summary. */
const STATE_LENGTH = 40;

/**
 * Returns the waits as they are reported: more than four are summarized by kind, such as "97 of 100 VMIs to be running" with "90
 * Scheduling, 7 Pending; longest: VMI 'ns/a': phase Scheduling".
 * @param objects the number of objects that the stage has waited for until now.
 */
export function summarizeWaits(waits: readonly CurrentWait[], objects: number): Omit<Wait, 'still'>[] {
  const listed = waits.length <= LISTED_WAITS;
  const groups = Map.groupBy(waits, ({ what, subject }) => (listed ? what : (subject?.kind ?? what)));
  return [...groups].map(([kind, group]) => {
    const [longest] = group.toSorted((a, b) => b.unchangedMs - a.unchangedMs);
    const { what, seen, unchangedMs, subject } = longest ?? {
      what: kind,
      seen: '',
      unchangedMs: 0,
      subject: undefined,
    };
    if (group.length === 1) return { what, seen, unchangedMs };
    const object = subject?.object ?? what;
    return {
      what: `${group.length} of ${Math.max(objects, group.length)} ${kind}`,
      seen: `${countStates(group)}; longest: ${object}: ${seen}`,
      unchangedMs,
    };
  });
}

/** "90 Scheduling, 7 Pending" */
function countStates(waits: readonly CurrentWait[]): string {
  const counts = [...Map.groupBy(waits, ({ seen }) => briefState(seen))]
    .map(([state, { length }]) => [state, length] as const)
    .toSorted(([, a], [, b]) => b - a);
  const others = counts.slice(LISTED_STATES).reduce((sum, [, count]) => sum + count, 0);
  const listed = counts.slice(0, LISTED_STATES).map(([state, count]) => `${count} ${state}`);
  return [...listed, ...(others === 0 ? [] : [`${others} others`])].join(', ');
}

/** "phase Scheduling, PodScheduled=False (Unschedulable)" → "Scheduling" */
function briefState(seen: string): string {
  const [state = ''] = seen.replace(/^phase /, '').split(/,| \(|: /, 1);
  return oneLine(state, STATE_LENGTH);
}

const PREFIX = 'checkup-wait ';
/** Limit of the characters of a state that was printed before. */
const REPEATED_LENGTH = 40;

export function encodeWait(wait: WaitReport): string {
  return PREFIX + JSON.stringify(wait);
}

/** Returns the report; `undefined` if the line is anything else. */
export function decodeWait(line: string): WaitReport | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), WAIT_REPORT), line.slice(PREFIX.length));
  return success ? output : undefined;
}

/** "waiting for VMI 'ns/a' to run: Scheduling (13s)", "still waiting for VMI 'ns/a' to run: Scheduling (28s)" */
function renderWait({ what, seen, unchangedMs, still }: Wait): string {
  const state = still ? oneLine(seen, REPEATED_LENGTH) : seen;
  return `${still ? 'still ' : ''}waiting for ${what}: ${state} (${renderSeconds(unchangedMs)})`;
}

/** Returns one line of the log for each wait: "  ...    setup           15.0s  waiting for …". */
export function renderWaitLines({ stage, elapsedMs, logged, waits }: WaitReport): string[] {
  if (!logged) return [];
  return waits.map((wait) => renderWaitLine(stage, elapsedMs, wait));
}

export function renderWaitLine(stage: string, elapsedMs: number, wait: Wait): string {
  return `  ...    ${stage.padEnd(13)} ${renderElapsed(elapsedMs).padStart(7)}  ${renderWait(wait)}`;
}

const WAIT_LINE = /^ {2}\.{3} {4}(\w+) +((?:\d+m )?[\d.]+s) {2}(?:still )?(waiting for .*) \(((?:\d+m )?[\d.]+s)\)$/;

/** A wait as a terminal shows it. */
export interface ShownWait {
  readonly stage: string;
  readonly elapsedMs: number;
  /** "waiting for VMI 'ns/a' to run: Scheduling" */
  readonly waiting: string;
  readonly unchangedMs: number;
}

/** Returns the longest wait; undefined if there is none. */
export function shownWait({ stage, elapsedMs, waits: [wait] }: WaitReport): ShownWait | undefined {
  return wait && { stage, elapsedMs, waiting: `waiting for ${wait.what}: ${wait.seen}`, unchangedMs: wait.unchangedMs };
}

/** Parses a line of the log. Returns undefined if the line is anything else. */
export function parseWaitLine(line: string): ShownWait | undefined {
  const [, stage, elapsed = '', waiting = '', unchanged = ''] = WAIT_LINE.exec(line) ?? [];
  if (stage === undefined) return undefined;
  return { stage, elapsedMs: parseElapsed(elapsed), waiting, unchangedMs: parseElapsed(unchanged) };
}

/** Returns the output of the worker with its reports rendered. */
export function renderWaits(printed: string): string {
  return printed
    .split('\n')
    .flatMap((line) => {
      const wait = decodeWait(line);
      return wait === undefined ? [line] : renderWaitLines(wait);
    })
    .join('\n');
}
