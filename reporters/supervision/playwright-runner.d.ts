// SPDX-License-Identifier: Apache-2.0
/** Playwright exports its reporters, but no types for them: what reporters/reports.ts calls. */
declare module 'playwright/lib/runner' {
  import type { FullConfig, FullResult, Suite, TestError } from '@playwright/test/reporter';

  interface RunnersOwn {
    onConfigure(config: FullConfig): void;
    onBegin(suite: Suite): void;
    onError(error: TestError): void;
    onEnd(result: FullResult): Promise<void>;
  }

  export const html: { default: new (options: object) => RunnersOwn };

  export const runnerReporters: {
    createReporters(
      config: { configDir: string; config: { tags: string[] } },
      mode: 'merge',
      descriptions: [name: string, options: object][],
    ): Promise<Pick<RunnersOwn, 'onConfigure' | 'onBegin' | 'onEnd'>[]>;
  };
}
