/**
 * The reports for people, HTML and Allure. They decide nothing: what they throw on a full or read-only disk would end the
 * runner (Allure's hooks are not awaited) or fail a run that succeeded (a reporter that throws does), so here it is a warning.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import { AllureReporter } from 'allure-playwright';
import { html } from 'playwright/lib/runner';
import { messageOf } from '../model/errors.ts';
import { oneLine } from '../model/text.ts';

const LIMIT_MS = 3000;

export default class Reports implements Reporter {
  readonly #allure: AllureReporter;
  readonly #html: InstanceType<typeof html.default>;
  readonly #allureFolder: string;
  readonly #htmlFolder: string;
  readonly #writable: boolean;
  readonly #told = new Set<string>();
  readonly #pending: Promise<void>[] = [];

  /** @param options Playwright's own; the directory that holds the reports; whether there is any place for the runner's files. */
  constructor(options: { directory: string; writable: boolean }) {
    this.#writable = options.writable;
    this.#allureFolder = path.join(options.directory, 'allure-results');
    this.#htmlFolder = path.join(options.directory, 'html-report');
    this.#allure = new AllureReporter({ resultsDir: this.#allureFolder });
    this.#html = new html.default({ ...options, open: 'never', outputFolder: this.#htmlFolder });
  }

  printsToStdio(): boolean {
    return false;
  }

  /** Before anything starts, where the runner would only crash. */
  async preprocess(): Promise<void> {
    if (this.#writable) return Promise.resolve();
    throw new Error(
      'no directory can be written to: the checkup needs one, such as /tmp or /dev/shm, for a few empty files',
    );
  }

  onBegin(config: FullConfig, suite: Suite): void {
    void this.#bear(this.#allureFolder, () => {
      this.#allure.onConfigure(config);
      this.#allure.onBegin(suite);
      this.#bearWriter();
    });
    void this.#bear(this.#htmlFolder, () => {
      this.#html.onConfigure(config);
      this.#html.onBegin(suite);
    });
  }

  onTestBegin(test: TestCase): void {
    void this.#bear(this.#allureFolder, () => {
      this.#allure.onTestBegin(test);
    });
  }

  onStepBegin(test: TestCase, result: TestResult, step: TestStep): void {
    void this.#bear(this.#allureFolder, () => {
      this.#allure.onStepBegin(test, result, step);
    });
  }

  onStepEnd(test: TestCase, result: TestResult, step: TestStep): void {
    void this.#bear(this.#allureFolder, () => {
      this.#allure.onStepEnd(test, result, step);
    });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    void this.#bear(this.#allureFolder, () => this.#allure.onTestEnd(test, result));
  }

  onError(error: TestError): void {
    void this.#bear(this.#htmlFolder, () => {
      this.#html.onError(error);
    });
  }

  async onEnd(result: FullResult): Promise<void> {
    await this.#bear(this.#allureFolder, () => inTime(Promise.all([...this.#pending])));
    await this.#bear(this.#allureFolder, () => inTime(this.#allure.onEnd()));
    await this.#bear(this.#htmlFolder, () => inTime(this.#html.onEnd(result)));
    // A page that is cut off shows nothing.
    if (this.#told.has(this.#htmlFolder)) {
      await this.#bear(this.#htmlFolder, () => rm(this.#htmlFolder, { recursive: true, force: true }));
    }
  }

  async onExit(): Promise<void> {
    await this.#bear(this.#htmlFolder, () => this.#html.onExit());
  }

  /** Runs a hook up to its first await at once, as the runner does; resolves whatever becomes of it. */
  #bear(folder: string, hook: () => void | Promise<void>): Promise<void> {
    const borne = (async () => {
      try {
        await hook();
      } catch (error) {
        this.#tell(folder, error);
      }
    })();
    this.#pending.push(borne);
    return borne;
  }

  /** Allure writes attachments in promises of its own, which nobody awaits before the test has ended. */
  #bearWriter(): void {
    const runtime: unknown = Reflect.get(this.#allure, 'allureRuntime');
    const writer: unknown = isObject(runtime) ? Reflect.get(runtime, 'writer') : undefined;
    if (!isObject(runtime) || !isObject(writer))
      throw new Error('this version of allure-playwright has another writer');
    const tell = (error: unknown): void => {
      this.#tell(this.#allureFolder, error);
    };
    const bearing = new Proxy(writer, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]): unknown => {
          try {
            return Reflect.apply(method, target, given);
          } catch (error) {
            tell(error);
            return undefined;
          }
        };
      },
    });
    Reflect.set(runtime, 'writer', bearing);
  }

  #tell(folder: string, error: unknown): void {
    if (this.#told.has(folder)) return;
    this.#told.add(folder);
    console.log(`  warning: the report in ${folder} is missing or incomplete: ${oneLine(messageOf(error))}`);
  }
}

/** The answer waits for the reports, and must not wait for a disk that hangs. */
async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it was not written within ${LIMIT_MS / 1000}s`));
    }, LIMIT_MS);
  });
  await Promise.race([work, limit]).finally(() => {
    clearTimeout(timer);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
