/** What a stage waits for, as a line of progress: printed by the worker, found again by who draws a terminal. */
import type { Stage } from './stages.ts';

const LINE = /^ {4}\w+: waiting for (.*) \([^()]*\)$/;

/** @param elapsed of the run, as it is rendered: "15.0s" */
export function renderWaiting(stage: Stage, what: string, elapsed: string): string {
  return `    ${stage}: waiting for ${what} (${elapsed})`;
}

/** What is waited for; undefined where the line says something else. */
export function parseWaiting(line: string): string | undefined {
  return LINE.exec(line)?.[1];
}
