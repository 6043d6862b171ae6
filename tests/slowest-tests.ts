// SPDX-License-Identifier: Apache-2.0
/** Prints the ten slowest tests as a table. */
import path from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { textTable } from '../scripts/text-table.ts';

const SHOWN = 10;

function durationMs(test: TestCase): number {
  return test.results.reduce((sum, { duration }) => sum + duration, 0);
}

export default class SlowestTests implements Reporter {
  #config: FullConfig | undefined;
  #suite: Suite | undefined;

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  onEnd(): void {
    const tests = (this.#suite?.allTests() ?? []).filter((test) => durationMs(test) > 0);
    if (tests.length === 0) return;
    const slowest = tests.sort((a, b) => durationMs(b) - durationMs(a)).slice(0, SHOWN);
    const rows = slowest.map((test) => {
      const file = path.relative(this.#config?.rootDir ?? '', test.location.file);
      return [(durationMs(test) / 1000).toFixed(1), `${file}: ${test.title}`];
    });
    console.log(`\nThe slowest tests:\n${textTable([['seconds', 'test'], ...rows])}`);
  }
}
