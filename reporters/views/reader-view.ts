// SPDX-License-Identifier: Apache-2.0
/**
 * Converts a test result for readers: the stages in their order, regardless of hooks and fixtures; without the events, which are JSON
 * for the reporters, and without Playwright's hints for test authors. The facts of the run are added.
 */
import type { TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { renderDiagnosis } from '../../model/diagnosis.ts';
import { ERROR_CODES } from '../../model/errors.ts';
import { isEventAttachment } from '../../model/events.ts';
import { renderNetwork, renderParameters } from '../../model/parameters.ts';
import { oneLine, wrapped } from '../../model/text.ts';
import { renderWaits } from '../../model/wait-report.ts';
import { stageOf } from '../progress.ts';
import { guestOf, type RunRecord } from '../record.ts';
import { worstNetwork, type RunResult } from '../run-result.ts';
import type { Verdict } from '../verdict.ts';
import { nameOf, renderHeadline, renderRunHeadline } from './headline.ts';
import { figureRows, runRows } from './results-table.ts';

/** Width of a line of an error in the HTML report. */
const COLUMNS = 110;

type Attachment = TestResult['attachments'][number];

/** Playwright's attachment with hints for test authors. */
const ERROR_CONTEXT = 'error-context';

export type Fact = readonly [name: string, value: string];

export function readerView(result: TestResult, record: RunRecord, verdict: Verdict): TestResult {
  const attachments = result.attachments.filter(({ name }) => !isEventAttachment(name) && name !== ERROR_CONTEXT);
  const facts = [...answerFacts(record, verdict), ...readerFacts(record)];
  const annotations = facts.map(([type, description]) => ({ type, description }));
  return {
    ...result,
    attachments,
    // JUnit writes an element even for an empty output.
    stdout: result.stdout.length === 0 ? [] : [renderWaits(result.stdout.join(''))],
    annotations: [...result.annotations, ...annotations],
    ...(result.error && { error: withoutSourceLocation(result.error) }),
    errors: [...diagnosisErrors(record), ...result.errors.map(withoutSourceLocation)].map(withWrappedLines),
    steps: shownSteps(result.steps, new Set(attachments), undefined),
  };
}

/**
 * Converts the result of a run on several networks: a fact and the errors of each network, with its name.
 * @param views of the networks
 */
export function runView(result: TestResult, run: RunResult, views: readonly TestResult[]): TestResult {
  const { networks, verdict } = run;
  const worst = worstNetwork(run);
  const view = readerView(result, worst.record, worst.verdict);
  const outcomes = networks.map(({ record, verdict: own }): Fact => [
    nameOf(record),
    `${outcomeOf(own)}: ${renderHeadline(record, own)}`,
  ]);
  const causes = networks.flatMap(({ record }) =>
    causeFacts(record).map(([name, value]): Fact => [name, `${nameOf(record)}: ${value}`]),
  );
  const facts: Fact[] = [
    ['result', `${outcomeOf(verdict)}: ${renderRunHeadline(run)}`],
    ...outcomes,
    ...causes,
    ...runFacts(run),
    ...inputFacts(worst.record).filter(([name]) => name !== 'network'),
  ];
  const errors = networks.flatMap(({ record }, index) =>
    (views[index]?.errors ?? []).map((error) => withHeading(error, `Network ${nameOf(record)}`)),
  );
  const known = errors.map(({ message = '' }) => oneLine(message));
  const others = view.errors.filter(({ message }) => !known.some((text) => text.includes(oneLine(message ?? ''))));
  return {
    ...view,
    annotations: [...result.annotations, ...facts.map(([type, description]) => ({ type, description }))],
    errors: [...errors, ...others],
  };
}

function withHeading({ message = '', value }: TestError, heading: string): TestError {
  return { message: `${heading}\n${message === '' ? (value ?? '') : message}` };
}

/** Returns the environment of a run: of its network, or the names, versions and guest images of several networks. */
export function runFacts({ networks }: RunResult): Fact[] {
  if (networks.length === 1) return environmentFacts(networks[0].record);
  const values = new Map<string, Set<string>>();
  for (const [name, value] of networks.flatMap(({ record }) => versionFacts(record)))
    values.set(name, (values.get(name) ?? new Set()).add(value));
  const versions = [...values].map(([name, own]): Fact => [name, [...own].join(', ')]);
  return [['networks', networks.map(({ record }) => nameOf(record)).join(', ')], ...versions];
}

/** Returns the parameters by their labels; none if the input is unknown. */
export function shownParameters({ parameters }: RunRecord): Record<string, string> {
  return parameters === undefined ? {} : renderParameters(parameters);
}

/** Returns whether the run succeeded, with its headline, and after a failure the cause and what to do next. */
function answerFacts(record: RunRecord, verdict: Verdict): Fact[] {
  return [['result', `${outcomeOf(verdict)}: ${renderHeadline(record, verdict)}`], ...causeFacts(record)];
}

function outcomeOf({ succeeded }: Verdict): string {
  return succeeded ? 'succeeded' : 'failed';
}

function causeFacts({ failures }: RunRecord): Fact[] {
  return failures.flatMap(({ diagnosis }): Fact[] =>
    diagnosis === undefined
      ? []
      : [['cause', diagnosis.summary], ...diagnosis.next.map((step): Fact => ['next step', firstLine(step)])],
  );
}

/** The complete step is part of the diagnosis. */
function firstLine(step: string): string {
  const [first = '', ...others] = step.split('\n');
  return oneLine(others.length === 0 ? first : `${first} …`);
}

/** Returns the measurements, the environment and the input, in this order. */
export function readerFacts(record: RunRecord): Fact[] {
  const facts = [...figureRows(record), ...environmentFacts(record), ...inputFacts(record)];
  // Inputs are not repeated.
  return facts.filter(([name], index) => facts.findIndex(([other]) => other === name) === index);
}

function inputFacts(record: RunRecord): Fact[] {
  return Object.entries(shownParameters(record)).map(([name, value]): Fact => [inWords(name), value]);
}

/** Returns the network, the nodes, the versions, the guest image and the addresses: Allure shows the first eight. */
function environmentFacts(record: RunRecord): Fact[] {
  const rows = runRows(record);
  const isAddress = ([name]: Fact): boolean => name.endsWith(' address');
  return [...rows.filter((row) => !isAddress(row)), ...versionFacts(record), ...rows.filter(isAddress)];
}

function versionFacts({ versions, image }: RunRecord): Fact[] {
  const known = Object.entries({ Kubernetes: versions.kubernetes, KubeVirt: versions.kubeVirt, 'guest image': image });
  return known.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

/** "maxDesiredLatency" → "max desired latency" */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Returns the diagnoses as errors: the HTML report shows them before the messages of the cluster. */
function diagnosisErrors({ failures }: RunRecord): TestError[] {
  return failures.flatMap(({ diagnosis }) =>
    diagnosis === undefined ? [] : [{ message: renderDiagnosis(diagnosis) }],
  );
}

/** Returns the errors in the order of junit.xml: the diagnoses last. */
export function errorsForPrograms(view: TestResult, record: RunRecord): TestError[] {
  const count = diagnosisErrors(record).length;
  return [...view.errors.slice(count), ...view.errors.slice(0, count)];
}

/** Removes the source location, except for an internal error: for a finding about the cluster the message is sufficient. */
function withoutSourceLocation(error: TestError): TestError {
  const { message = '' } = error;
  return ERROR_CODES.some((code) => code !== 'Internal' && message.startsWith(`${code}: `)) ? { message } : error;
}

/** Wraps long lines, because neither report does. */
function withWrappedLines(error: TestError): TestError {
  if (error.stack !== undefined || error.message === undefined) return error;
  return { ...error, message: error.message.split('\n').map(folded).join('\n') };
}

function folded(line: string): string {
  const indent = /^ *(- )?/.exec(line)?.[0] ?? '';
  const rows = wrapped(line.slice(indent.length), COLUMNS - indent.length);
  return rows.map((row, index) => (index === 0 ? indent : ' '.repeat(indent.length)) + row).join('\n');
}

/** Returns the facts about cluster and network under the names of junit.xml. */
export function environmentOf(record: RunRecord): Record<string, string> {
  const { versions, parameters, network, image } = record;
  const known: Record<string, string | undefined> = {
    Kubernetes: versions.kubernetes,
    KubeVirt: versions.kubeVirt,
    NAD: parameters && renderNetwork(parameters),
    Binding: network?.binding,
    'Guest image': image,
    'Source node': guestOf(record, 'source').node,
    'Target node': guestOf(record, 'target').node,
  };
  const entries = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function shownSteps(
  steps: readonly TestStep[],
  kept: ReadonlySet<Attachment>,
  parent: TestStep | undefined,
): TestStep[] {
  return steps.flatMap((step): TestStep[] => {
    const attachments = step.attachments.filter((attachment) => kept.has(attachment));
    if (step.category === 'test.attach' && attachments.length === 0 && step.error === undefined) return [];
    if (stageOf(step) === undefined && isWrapping(step)) return shownSteps(step.steps, kept, parent);
    const shown: TestStep = { ...step, attachments };
    if (parent === undefined) delete shown.parent;
    else shown.parent = parent;
    shown.steps = shownSteps(step.steps, kept, shown);
    return [shown];
  });
}

/** Returns whether a step only wraps others: a hook or a fixture is shown only if it failed itself. */
function isWrapping({ category, error, steps }: TestStep): boolean {
  if (category !== 'hook' && category !== 'fixture') return false;
  return error === undefined || steps.some((step) => step.error !== undefined);
}
