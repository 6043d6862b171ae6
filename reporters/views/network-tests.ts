// SPDX-License-Identifier: Apache-2.0
/**
 * The test case of each network for JUnit and Allure. A run is one test, which Playwright ends once: these are derived from it and from
 * the result.
 */
import type { Suite, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { networkOf, stageOf } from '../progress.ts';
import type { NetworkResult, RunResult } from '../run-result.ts';
import { nameOf, renderRunTitle, renderTitle } from './headline.ts';
import { readerView, runView } from './reader-view.ts';

export interface NetworkTest {
  readonly test: TestCase;
  /** The result in the form for readers. */
  readonly view: TestResult;
  readonly network: NetworkResult;
  readonly title: string;
}

export interface TestViews {
  /** Of the run. */
  readonly title: string;
  readonly view: TestResult;
  /** In the order of the input. With one network, it is the test of the run. */
  readonly networks: readonly NetworkTest[];
}

export function testViews(test: TestCase, result: TestResult, run: RunResult): TestViews {
  const title = renderRunTitle(run);
  if (run.networks.length === 1) {
    const [network] = run.networks;
    const view = readerView(result, network.record, network.verdict);
    return { title, view, networks: [{ test, view, network, title }] };
  }
  const last = run.networks.findLast(({ began }) => began);
  const networks = run.networks.map((network, index): NetworkTest => {
    const own = networkTestResult(result, network, network === last);
    return {
      test: copyOf(test, { id: `${test.id}-${index + 1}` }),
      view: readerView(own, network.record, network.verdict),
      network,
      title: renderTitle(network.record, network.verdict),
    };
  });
  return {
    title,
    view: runView(
      withNamedAttachments(result, networks),
      run,
      networks.map(({ view }) => view),
    ),
    networks,
  };
}

/** Names the attachments of each network after it: those of different networks have the same names. */
function withNamedAttachments(result: TestResult, networks: readonly NetworkTest[]): TestResult {
  const named = new Map(
    networks.flatMap(({ view, network: { record } }) =>
      view.attachments.map((attachment) => [
        attachment,
        { ...attachment, name: `${nameOf(record)}: ${attachment.name}` },
      ]),
    ),
  );
  const withNames = (attachments: TestStep['attachments']): TestStep['attachments'] =>
    attachments.map((attachment) => named.get(attachment) ?? attachment);
  const namedStep = (step: TestStep): TestStep => ({
    ...step,
    attachments: withNames(step.attachments),
    steps: step.steps.map(namedStep),
  });
  return { ...result, attachments: withNames(result.attachments), steps: result.steps.map(namedStep) };
}

/** Returns a test case that differs in these members. */
export function copyOf(test: TestCase, own: Partial<TestCase>): TestCase {
  return Object.assign(Object.create(test) as TestCase, own);
}

/** Returns a suite with other tests in place of each one. */
export function suiteWith(suite: Suite, testsOf: (test: TestCase) => readonly TestCase[]): Suite {
  return Object.create(suite, {
    suites: { get: () => suite.suites.map((inner) => suiteWith(inner, testsOf)) },
    entries: {
      value: () =>
        suite
          .entries()
          .flatMap((entry): (TestCase | Suite)[] =>
            entry.type === 'test' ? [...testsOf(entry)] : [suiteWith(entry, testsOf)],
          ),
    },
    allTests: { value: () => suite.allTests().flatMap(testsOf) },
  }) as Suite;
}

/** @param isLast whether it is the network that the run ended in: its VMs may have been removed after its step. */
function networkTestResult(result: TestResult, network: NetworkResult, isLast: boolean): TestResult {
  const id = nameOf(network.record);
  const step = result.steps.find((one) => stageOf(one) === undefined && networkOf(one) === id);
  const late = isLast
    ? stagesIn(result.steps).filter((stage) => isTeardown(stage) && networkOf(stage) === undefined)
    : [];
  const steps = [...(step?.steps ?? []), ...late];
  const attachments = new Set(steps.flatMap(attachmentsIn));
  const errors = errorsOf(network, steps);
  const own: TestResult = {
    ...result,
    status: network.verdict.succeeded ? 'passed' : 'failed',
    startTime: step?.startTime ?? result.startTime,
    duration: step === undefined ? 0 : durationOf(step, result),
    steps,
    attachments: result.attachments.filter((attachment) => attachments.has(attachment)),
    errors,
    // The log does not say which network a line is about.
    stdout: [],
    stderr: [],
  };
  delete own.error;
  if (errors[0] !== undefined) own.error = errors[0];
  return own;
}

/** A step that did not end lasted until the end of the test. */
function durationOf(step: TestStep, { startTime, duration }: TestResult): number {
  return step.duration >= 0 ? step.duration : Math.max(0, startTime.getTime() + duration - step.startTime.getTime());
}

/** Returns the errors of the stages, or the reason if no stage reported one. */
function errorsOf({ verdict, code }: NetworkResult, steps: readonly TestStep[]): TestError[] {
  if (verdict.succeeded) return [];
  const errors = stagesIn(steps).flatMap(({ error }) => error ?? []);
  const isInterrupted = code === 'Interrupted';
  if (errors.length > 0 && !isInterrupted) return errors;
  return [{ message: code === undefined ? verdict.fullReason : `${code}: ${verdict.fullReason}` }];
}

function stagesIn(steps: readonly TestStep[]): TestStep[] {
  return steps.flatMap((step) => (stageOf(step) === undefined ? stagesIn(step.steps) : [step]));
}

function isTeardown(step: TestStep): boolean {
  return stageOf(step) === 'teardown';
}

function attachmentsIn(step: TestStep): TestStep['attachments'] {
  return [...step.attachments, ...step.steps.flatMap(attachmentsIn)];
}
