// SPDX-License-Identifier: Apache-2.0
/**
 * The reports: HTML and Allure for people, JUnit for programs. They decide nothing: what they throw on a full or read-only disk
 * would end the runner (Allure's hooks are not awaited) or fail a run that succeeded (a reporter that throws does), so here it
 * is a warning.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
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
import { html, runnerReporters } from 'playwright/lib/runner';
import { messageOf } from '../model/errors.ts';
import type { Stage } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { AllureReport } from './views/allure.ts';
import type { Artifacts } from './artifacts/directory.ts';
import { withWriteTimeout } from './supervision/write-timeout.ts';
import { errorText, readEvents, stageOf } from './progress.ts';
import { interruptedBy } from './supervision/interruption.ts';
import { environmentOf, errorsForPrograms, runFacts, shownParameters } from './views/reader-view.ts';
import { foldNetworks, type RunRecord } from './record.ts';
import { runResult, type RunResult } from './run-result.ts';
import { renderFindings } from './views/configmap.ts';
import { nameOf } from './views/headline.ts';
import { copyOf, suiteWith, testViews, type TestViews } from './views/network-tests.ts';

const TITLE = 'KubeVirt VM latency checkup';

export default class Reports implements Reporter {
  readonly #allure: AllureReport;
  readonly #html: InstanceType<typeof html.default>;
  #junit: Awaited<ReturnType<typeof runnerReporters.createReporters>>[number] | undefined;
  readonly #directory: string;
  readonly #allureFolder: string;
  readonly #htmlFolder: string;
  readonly #junitFile: string;
  readonly #writable: boolean;
  #suite: Suite | undefined;
  /** Of the run, once it has ended. */
  #views: TestViews | undefined;
  readonly #warned = new Set<string>();
  readonly #pending: Promise<void>[] = [];

  /** @param options Playwright's own; where the reports go; whether there is any place for the runner's files. */
  constructor(options: { artifacts: Artifacts; writable: boolean }) {
    const { artifacts } = options;
    this.#writable = options.writable;
    this.#directory = artifacts.directory;
    this.#allureFolder = path.join(artifacts.unfinished, 'allure-results');
    this.#htmlFolder = path.join(artifacts.unfinished, 'html-report');
    this.#junitFile = path.join(artifacts.unfinished, 'junit.xml');
    this.#allure = new AllureReport(this.#allureFolder);
    // People look at a cluster, not at the check's source.
    const plain = { title: TITLE, noSnippets: true, noCopyPrompt: true };
    this.#html = new html.default({ ...options, ...plain, open: 'never', outputFolder: this.#htmlFolder });
  }

  printsToStdio(): boolean {
    return false;
  }

  /** Before anything starts, where the runner would only crash. */
  async preprocess(): Promise<void> {
    if (!this.#writable) {
      throw new Error(
        'no directory can be written to: the checkup needs one, such as /tmp or /dev/shm, for a few empty files',
      );
    }
    const context = { configDir: path.dirname(this.#junitFile), config: { tags: [] } };
    const reporters = await runnerReporters.createReporters(context, 'merge', [
      ['junit', { outputFile: this.#junitFile }],
    ]);
    this.#junit = reporters[0];
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#suite = suite;
    void this.#guard(this.#allureFolder, () => {
      this.#allure.begin(config, suite, (error) => {
        this.#warn(this.#allureFolder, error);
      });
    });
    void this.#guard(this.#htmlFolder, () => {
      this.#html.onConfigure(config);
      this.#html.onBegin(suite);
    });
    void this.#guard(this.#junitFile, () => {
      this.#junit?.onConfigure(config);
      this.#junit?.onBegin(suiteWith(suite, (test) => junitTests(test, this.#views)));
    });
  }

  onTestBegin(test: TestCase): void {
    void this.#guard(this.#allureFolder, () => {
      this.#allure.testBegin(test);
    });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const { events, errors } = readEvents(result);
    const foreseen = foreseenResult(foldNetworks(events), result, errors);
    const views = testViews(test, result, foreseen);
    this.#views = views;
    // The reports that are made at the end look here; whoever decides has the result itself.
    test.results = test.results.map((other) => (other === result ? views.view : other));
    void this.#guard(this.#allureFolder, () => this.#allure.testEnd(views.networks, runFacts(foreseen)));
  }

  onError(error: TestError): void {
    void this.#guard(this.#htmlFolder, () => {
      this.#html.onError(error);
    });
  }

  async onEnd(result: FullResult): Promise<void> {
    await this.#guard(this.#allureFolder, () =>
      withWriteTimeout(Promise.all([...this.#pending]).then(() => undefined)),
    );
    await this.#guard(this.#allureFolder, () => withWriteTimeout(this.#allure.end()));
    await this.#guard(this.#htmlFolder, () => withWriteTimeout(this.#writeHtml(result)));
    // A page that is cut off shows nothing.
    if (this.#warned.has(this.#htmlFolder)) {
      await this.#guard(this.#htmlFolder, () => rm(this.#htmlFolder, { recursive: true, force: true }));
    }
    await this.#guard(this.#junitFile, () =>
      withWriteTimeout(Promise.resolve(this.#junit?.onEnd(result)).then(() => undefined)),
    );
    if (this.#warned.has(this.#junitFile)) {
      await this.#guard(this.#junitFile, () => rm(this.#junitFile, { force: true }));
    }
  }

  /** The page takes the title from the test. The other outputs keep the title of the check: programs read it in junit.xml. */
  async #writeHtml(result: FullResult): Promise<void> {
    const tests = (this.#suite?.allTests() ?? []).map((test) => ({ test, title: test.title }));
    for (const { test, title } of tests) test.title = this.#views?.title ?? title;
    try {
      await this.#html.onEnd(result);
    } finally {
      for (const { test, title } of tests) test.title = title;
    }
    const file = path.join(this.#htmlFolder, 'index.html');
    await writeFile(file, withChartsHeading(await readFile(file, 'utf8')));
  }

  /** Runs a hook up to its first await at once, as the runner does; resolves whatever becomes of it. */
  #guard(report: string, hook: () => unknown): Promise<void> {
    const borne = (async () => {
      try {
        await hook();
      } catch (error) {
        this.#warn(report, error);
      }
    })();
    this.#pending.push(borne);
    return borne;
  }

  #warn(report: string, error: unknown): void {
    if (this.#warned.has(report)) return;
    this.#warned.add(report);
    const place = path.join(this.#directory, path.basename(report));
    const what = report === this.#junitFile ? `the report ${place}` : `the report in ${place}`;
    console.log(`  warning: ${what} is missing or incomplete: ${oneLine(messageOf(error))}`);
  }
}

/**
 * Renames the section of the charts. The page shows images only in its section "Screenshots", which holds every attachment with a
 * content type `image/…`; an attachment with another content type is a link. No option changes that.
 */
function withChartsHeading(page: string): string {
  return page.replace('header:`Screenshots`', 'header:`Charts`');
}

/**
 * Returns the tests of JUnit's report: a test for each of several networks, named by the network. The report takes properties from the
 * test alone, and puts the beginning of each attachment into the text of a failure.
 */
function junitTests(test: TestCase, views: TestViews | undefined): TestCase[] {
  if (views === undefined) return [test];
  return views.networks.map(({ view, network: { record } }) => {
    const properties = { ...shownParameters(record), ...environmentOf(record), ...renderFindings(record) };
    return copyOf(test, {
      ...(views.networks.length > 1 && { title: nameOf(record) }),
      annotations: Object.entries(properties).map(([type, description]) => ({ type, description })),
      results: [{ ...view, attachments: [], errors: errorsForPrograms(view, record) }],
    });
  });
}

/** Returns the result as far as it is known when the test ends; the final one also includes leaked VMs and the write of the ConfigMap. */
function foreseenResult(records: readonly RunRecord[], result: TestResult, errors: readonly string[]): RunResult {
  const signal = interruptedBy() ?? (result.status === 'interrupted' ? 'SIGINT' : undefined);
  return runResult(records, {
    passed: result.status === 'passed' && errors.length === 0,
    interruptedBy: signal,
    stage: unfinishedStage(result.steps),
    errors: [...errors, ...result.errors.map(errorText)],
  });
}

/** Returns the first stage that failed or did not end. */
function unfinishedStage(steps: readonly TestStep[]): Stage | undefined {
  for (const step of steps) {
    const stage = stageOf(step) ?? unfinishedStage(step.steps);
    if (stage !== undefined && (stageOf(step) === undefined || step.error !== undefined || step.duration < 0))
      return stage;
  }
  return undefined;
}
