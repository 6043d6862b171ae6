/** When each stage began, and how it ended. */
import type { TestStep } from '@playwright/test/reporter';
import type { StageRecord } from '../model/result-document.ts';
import type { Stage } from '../model/stages.ts';

export class StageClock {
  readonly #stages: { stage: Stage; step: TestStep }[] = [];
  readonly #ended = new Set<TestStep>();

  begin(stage: Stage, step: TestStep): void {
    this.#stages.push({ stage, step });
  }

  end(step: TestStep): void {
    this.#ended.add(step);
  }

  get records(): readonly StageRecord[] {
    return this.#stages.map(({ stage, step }) => {
      const startTimestamp = step.startTime.toISOString();
      if (!this.#ended.has(step)) return { stage, outcome: 'unfinished', startTimestamp };
      const durationMs = Math.max(0, Math.round(step.duration));
      return { stage, outcome: step.error === undefined ? 'passed' : 'failed', startTimestamp, durationMs };
    });
  }
}
