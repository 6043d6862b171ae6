// SPDX-License-Identifier: Apache-2.0
/** Prints one line with counts at the end of a self-test run. */
import type { Reporter, Suite } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onExit(): Promise<void> {
    const outcomes = (this.#suite?.allTests() ?? []).map((test) => test.outcome());
    const passed = outcomes.filter((outcome) => outcome === 'expected').length;
    const skipped = outcomes.filter((outcome) => outcome === 'skipped').length;
    console.log(`${passed} passed, ${outcomes.length - passed - skipped} failed, ${skipped} skipped`);
    return Promise.resolve();
  }
}
