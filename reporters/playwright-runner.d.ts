/** Playwright exports its HTML reporter, but no types for it: the hooks that reporters/reports.ts calls. */
declare module 'playwright/lib/runner' {
  import type { FullConfig, FullResult, Suite, TestError } from '@playwright/test/reporter';

  export const html: {
    default: new (options: object) => {
      onConfigure(config: FullConfig): void;
      onBegin(suite: Suite): void;
      onError(error: TestError): void;
      onEnd(result: FullResult): Promise<void>;
      onExit(): Promise<void>;
    };
  };
}
