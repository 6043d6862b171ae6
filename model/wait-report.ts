/**
 * Reports of what a stage waits for. They are not events: events are saved with the test's result, and a long run has thousands of
 * waits. The worker
 * prints each as one line of JSON on its stdout, and the main process decodes and renders it.
 */
import * as v from 'valibot';
import { AMOUNT, type Infer } from './schema.ts';
import { STAGES } from './stages.ts';
import { renderElapsed } from './units.ts';

const WAIT_REPORT = v.object({
  stage: v.picklist(STAGES),
  /** The condition, and the last observed state: "VMI 'ns/a' to run: Scheduling". */
  what: v.string(),
  /** Since the run started. */
  elapsedMs: AMOUNT,
});
export type WaitReport = Infer<typeof WAIT_REPORT>;

const PREFIX = 'checkup-wait ';

export function encodeWait(wait: WaitReport): string {
  return PREFIX + JSON.stringify(wait);
}

/** Returns the wait; `undefined` if the line is anything else. */
export function decodeWait(line: string): WaitReport | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), WAIT_REPORT), line.slice(PREFIX.length));
  return success ? output : undefined;
}

/** "    setup: waiting for VMI 'ns/a' to run: Scheduling (15.0s)" */
export function renderWait({ stage, what, elapsedMs }: WaitReport): string {
  return `    ${stage}: waiting for ${what} (${renderElapsed(elapsedMs)})`;
}

/** Returns the output of the worker with its wait reports rendered. */
export function renderWaits(printed: string): string {
  return printed
    .split('\n')
    .map((line) => renderWaitLine(line))
    .join('\n');
}

function renderWaitLine(line: string): string {
  const wait = decodeWait(line);
  return wait === undefined ? line : renderWait(wait);
}
