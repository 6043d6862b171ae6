/** What the reporter saw of a run: stages, attachments, errors, as text. */
import type { TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { decodeEvent } from '../model/events.ts';
import { isEventAttachment, type CheckupEvent } from '../model/events.ts';
import { messageOf } from '../model/errors.ts';
import { isStage, type Stage } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { renderElapsed } from '../model/units.ts';

export function stageOf(step: TestStep): Stage | undefined {
  const stage: unknown = step.params?.['stage'];
  return isStage(stage) ? stage : undefined;
}

export function renderStage(stage: Stage, passed: boolean, ms: number): string {
  return `  ${passed ? 'ok    ' : 'FAILED'} ${stage.padEnd(13)} ${renderElapsed(Math.max(0, ms)).padStart(7)}`;
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
