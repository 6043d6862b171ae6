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

const WAIT_REPORT = v.object({
  stage: v.picklist(STAGES),
  /** Milliseconds since the stage began. */
  elapsedMs: AMOUNT,
  /** Whether it is a line of the log; a terminal shows each report. */
  logged: v.boolean(),
  /** The longest wait first: two VMs are waited for at a time. */
  waits: v.array(WAIT),
});
export type WaitReport = Infer<typeof WAIT_REPORT>;

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
