// SPDX-License-Identifier: Apache-2.0
/** Splits the time of a run without guest boot and sample into parts, from its output. */
import type { CheckupRun } from './checkup-run.ts';

/** The stage lines of the checkup's output. */
const STAGES = ['input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown'] as const;

export interface ExcludedTimes {
  /** From the creation of the VMs to the later login prompt. */
  readonly bootMs: number;
  readonly sampleMs: number;
}

/** Returns milliseconds by part; their sum is the overhead of the run. @throws Error when a stage is missing in the output. */
export function overheadParts(run: CheckupRun, { bootMs, sampleMs }: ExcludedTimes): Map<string, number> {
  const marks = STAGES.map((stage) => ({ stage, begun: at(run, '\\.\\.\\.', stage), ended: at(run, 'ok', stage) }));
  const parts = new Map([['start', at(run, '\\.\\.\\.', 'input') - run.startedMs]]);
  let last = run.startedMs + (parts.get('start') ?? 0);
  for (const { stage, ended } of marks) {
    parts.set(stage, ended - last);
    last = ended;
  }
  parts.set('result and exit', run.endedMs - last);
  parts.set('setup', (parts.get('setup') ?? 0) - bootMs);
  parts.set('latency', (parts.get('latency') ?? 0) - sampleMs);
  return parts;
}

/** Returns the stage at a time, from the output. */
export function stageAt(run: CheckupRun, atMs: number): string {
  const begun = STAGES.findLast((stage) => at(run, '\\.\\.\\.', stage) <= atMs) ?? 'start';
  return begun === 'teardown' && at(run, 'ok', 'teardown') <= atMs ? 'result and exit' : begun;
}

/** Returns how long each of these stages took, milliseconds. @throws Error when a stage is missing in the output. */
export function stageTimes<Stage extends string>(run: CheckupRun, stages: readonly Stage[]): Map<Stage, number> {
  return new Map(stages.map((stage) => [stage, endOf(run, stage) - at(run, '\\.\\.\\.', stage)]));
}

/** Returns the time at which a stage ended. @throws Error when it is missing in the output. */
export function endOf(run: CheckupRun, stage: string): number {
  return at(run, 'ok', stage);
}

function at({ lines }: CheckupRun, mark: string, stage: string): number {
  const pattern = new RegExp(`^  ${mark} +${stage}\\b`);
  const found = lines.find(({ text }) => pattern.test(text));
  if (found === undefined) throw new Error(`the output of the checkup has no line "${mark} ${stage}"`);
  return found.atMs;
}
