// SPDX-License-Identifier: Apache-2.0
/** What the reporter saw of a run: stages, attachments, errors, as text. */
import { StringDecoder } from 'node:string_decoder';
import type { TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { decodeEvent } from '../model/events.ts';
import { isEventAttachment, type CheckupEvent } from '../model/events.ts';
import { messageOf } from '../model/errors.ts';
import { isStage, type Stage } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { renderElapsed } from '../model/units.ts';
import { decodeWait, renderWaitLines, shownWait } from '../model/wait-report.ts';
import type { LiveView } from './views/live-view.ts';

export function stageOf(step: TestStep): Stage | undefined {
  const stage: unknown = step.params?.['stage'];
  return isStage(stage) ? stage : undefined;
}

/** Returns the network whose step this is, or is inside of: "namespace/name"; undefined with one network. */
export function networkOf(step: TestStep): string | undefined {
  const network: unknown = step.params?.['network'];
  if (typeof network === 'string') return network;
  return step.parent === undefined ? undefined : networkOf(step.parent);
}

/** Returns the line of a stage that has ended, with the reason of a failure; several findings have a line each. */
export function renderStage(stage: string, passed: boolean, ms: number, findings: readonly string[] = []): string {
  const line = `  ${passed ? 'ok    ' : 'FAILED'} ${stage.padEnd(13)} ${renderElapsed(Math.max(0, ms)).padStart(7)}`;
  const [first, ...others] = findings;
  if (first === undefined) return line;
  if (others.length === 0) return `${line}  ${first}`;
  return [`${line}  ${findings.length} findings`, ...findings.map((finding) => `    - ${finding}`)].join('\n');
}

/** Prints what the worker prints, line by line, and its waits: each one on a terminal, those of the log elsewhere. */
export class WorkerOutput {
  readonly #decoder = new StringDecoder('utf8');
  readonly #live: LiveView | undefined;
  /** The beginning of an incomplete line. */
  #begun = '';

  constructor(live: LiveView | undefined) {
    this.#live = live;
  }

  write(chunk: string | Buffer): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    this.#begun += text;
    // The beginning of a long line in many chunks is not searched again for each chunk.
    if (!text.includes('\n')) return;
    const lines = this.#begun.split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) this.#print(line);
  }

  /** Prints an incomplete line: further output starts on a new one. */
  end(): void {
    if (this.#begun !== '') this.#print(this.#begun);
    this.#begun = '';
  }

  #print(line: string): void {
    const wait = decodeWait(line);
    if (wait === undefined) console.log(line);
    else if (this.#live !== undefined) this.#live.showWait(shownWait(wait));
    else for (const shown of renderWaitLines(wait)) console.log(shown);
  }
}

export function errorText(error: TestError): string {
  return oneLine(error.message ?? error.value ?? 'unknown error', Infinity).replace(/^Error: /, '');
}

/** The events among a result's attachments; what does not decode is an error. */
export function readEvents(result: TestResult): { events: CheckupEvent[]; errors: string[] } {
  const events: CheckupEvent[] = [];
  const errors: string[] = [];
  for (const { name, body } of result.attachments) {
    if (!isEventAttachment(name)) continue;
    try {
      events.push(decodeEvent(body?.toString() ?? ''));
    } catch (error) {
      errors.push(`malformed event "${name}": ${messageOf(error)}`);
    }
  }
  return { events, errors };
}
