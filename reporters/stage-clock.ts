// SPDX-License-Identifier: Apache-2.0
/** When each stage began, and how it ended. */
import type { TestStep } from '@playwright/test/reporter';
import type { StageRecord } from '../model/result-document.ts';
import type { Stage } from '../model/stages.ts';

interface Begun {
  readonly stage: Stage;
  /** "namespace/name", with several networks. */
  readonly network: string | undefined;
  readonly step: TestStep;
}

export class StageClock {
  readonly #stages: Begun[] = [];
  readonly #ended = new Set<TestStep>();

  begin(stage: Stage, network: string | undefined, step: TestStep): void {
    this.#stages.push({ stage, network, step });
  }

  end(step: TestStep): void {
    this.#ended.add(step);
  }

  /** Returns the stages of one of several networks; without a network, those of no network. */
  recordsOf(network?: string): readonly StageRecord[] {
    return this.#stages
      .filter((begun) => begun.network === network)
      .map(({ stage, step }) => {
        const startTimestamp = step.startTime.toISOString();
        if (!this.#ended.has(step)) return { stage, outcome: 'unfinished', startTimestamp };
        const durationMs = Math.max(0, Math.round(step.duration));
        return { stage, outcome: step.error === undefined ? 'passed' : 'failed', startTimestamp, durationMs };
      });
  }
}
