// SPDX-License-Identifier: Apache-2.0
/** Writes Allure's results: stages as steps, measurements and input as parameters, and the cluster as environment. */
import { createHash } from 'node:crypto';
import type { FullConfig, Suite, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { AllureReporter } from 'allure-playwright';
import type { Diagnosis } from '../../model/diagnosis.ts';
import { ERROR_CODES } from '../../model/errors.ts';
import { nameOf } from './headline.ts';
import type { NetworkTest } from './network-tests.ts';
import { readerFacts, type Fact } from './reader-view.ts';

export const ALLURE_CATEGORIES = [
  ...ERROR_CODES.map((code) => ({ name: code, messageRegex: `^(Error: )?${code}: [\\s\\S]*` })),
  { name: 'The checkup was killed', messageRegex: '[\\s\\S]*worker process exited unexpectedly[\\s\\S]*' },
];

export class AllureReport {
  readonly #environment: Record<string, string> = {};
  readonly #reporter: AllureReporter;
  /** The test whose result is being written; undefined for one that did not run. */
  #current: NetworkTest | undefined;
  /** Whether the run has several networks. */
  #hasSeveral = false;

  constructor(directory: string) {
    this.#reporter = new AllureReporter({
      resultsDir: directory,
      detail: false,
      categories: ALLURE_CATEGORIES,
      environmentInfo: this.#environment,
      listeners: [
        {
          beforeTestResultWrite: (result) => {
            // One directory of tests needs no folders.
            result.titlePath = [];
            result.labels = result.labels.filter(({ name }) => !/suite$/i.test(name));
            if (this.#current === undefined) return;
            const { network, title, view } = this.#current;
            const { record } = network;
            // The id of the test comes from the title of the check, which is the same in all runs.
            result.name = title;
            const diagnoses = record.failures.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis]));
            const { message } = result.statusDetails;
            if (message !== undefined) {
              result.statusDetails.message = withCauses(
                message,
                diagnoses.map(({ summary }) => summary),
              );
            }
            if (diagnoses.length > 0) result.description = diagnoses.map(markdown).join('\n\n');
            // Excluded: a run with other figures is the same test and belongs to the same history.
            const facts = readerFacts(record).map(([name, value]) => ({ name, value, excluded: true }));
            if (!this.#hasSeveral) {
              result.parameters.push(...facts);
              return;
            }
            // Each network has a history of its own: Allure derives its id from the test and the parameters that are not excluded.
            const own = { name: 'network', value: nameOf(record) };
            result.parameters.push(own, ...facts.filter(({ name }) => name !== own.name));
            result.historyId = `${result.testCaseId ?? ''}:${md5(`${own.name}:${own.value}`)}`;
            result.start = view.startTime.getTime();
            result.stop = result.start + view.duration;
          },
        },
      ],
    });
  }

  /** @param log receives errors of writing a file. */
  begin(config: FullConfig, suite: Suite, log: (error: unknown) => void): void {
    this.#reporter.onConfigure(config);
    this.#reporter.onBegin(suite);
    tolerateWriteErrors(this.#reporter, log);
  }

  testBegin(test: TestCase): void {
    this.#reporter.onTestBegin(test);
  }

  /** @param networks the test of the run, or a test for each of several networks. @param environment of the run. */
  async testEnd(networks: readonly NetworkTest[], environment: readonly Fact[]): Promise<void> {
    Object.assign(this.#environment, Object.fromEntries(environment));
    this.#hasSeveral = networks.length > 1;
    for (const network of networks) {
      const { test, view } = network;
      if (this.#hasSeveral) this.#reporter.onTestBegin(test);
      this.#current = network;
      for (const step of view.steps) this.#step(test, view, step);
      await this.#reporter.onTestEnd(test, view);
    }
    this.#current = undefined;
  }

  async end(): Promise<void> {
    await this.#reporter.onEnd();
  }

  #step(test: TestCase, view: TestResult, step: TestStep): void {
    this.#reporter.onStepBegin(test, view, step);
    for (const inner of step.steps) this.#step(test, view, inner);
    // A hanging step has no end.
    if (step.duration >= 0) this.#reporter.onStepEnd(test, view, step);
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Inserts the causes between the code, which selects the category, and the words of the cluster. */
function withCauses(message: string, causes: readonly string[]): string {
  const code = /^(?:Error: )?\w+: /.exec(message)?.[0];
  if (code === undefined || causes.length === 0) return message;
  return `${code}${causes.join('; ')}\n\n${message.slice(code.length)}`;
}

/** Renders a diagnosis as Markdown for Allure's description. Observed text is escaped; code blocks keep its lines. */
function markdown({ summary, meaning, evidence, next }: Diagnosis): string {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', title, ...items.flatMap((item) => ['', fenced(item)])];
  return [
    `**Diagnosis:** ${escaped(summary)}`,
    '',
    escaped(meaning),
    ...list('Seen:', evidence),
    ...list('What to do next:', next),
  ].join('\n');
}

function fenced(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
}

/** Catches write errors: Allure writes attachments in promises that are not awaited before the test has ended. */
function tolerateWriteErrors(reporter: AllureReporter, log: (error: unknown) => void): void {
  const runtime: unknown = Reflect.get(reporter, 'allureRuntime');
  const writer: unknown = isObject(runtime) ? Reflect.get(runtime, 'writer') : undefined;
  if (!isObject(runtime) || !isObject(writer)) throw new Error('this version of allure-playwright has another writer');
  const bearing = new Proxy(writer, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]): unknown => {
        try {
          return Reflect.apply(method, target, given);
        } catch (error) {
          log(error);
          return undefined;
        }
      };
    },
  });
  Reflect.set(runtime, 'writer', bearing);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
