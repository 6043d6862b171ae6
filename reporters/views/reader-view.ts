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
import type { Verdict } from '../verdict.ts';
import { renderHeadline } from './headline.ts';
import { figureRows, runRows } from './results-table.ts';

/** Width of a line of an error in the HTML report. */
const COLUMNS = 110;

type Attachment = TestResult['attachments'][number];

/** Playwright's attachment with hints for test authors. */
const ERROR_CONTEXT = 'error-context';

type Fact = readonly [name: string, value: string];

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

/** Returns the parameters by their labels; none if the input is unknown. */
export function shownParameters({ parameters }: RunRecord): Record<string, string> {
  return parameters === undefined ? {} : renderParameters(parameters);
}

/** Returns whether the run succeeded, with its headline, and after a failure the cause and what to do next. */
function answerFacts(record: RunRecord, verdict: Verdict): Fact[] {
  const causes = record.failures.flatMap(({ diagnosis }): Fact[] =>
    diagnosis === undefined
      ? []
      : [['cause', diagnosis.summary], ...diagnosis.next.map((step): Fact => ['next step', firstLine(step)])],
  );
  return [['result', `${verdict.succeeded ? 'succeeded' : 'failed'}: ${renderHeadline(record, verdict)}`], ...causes];
}

/** The complete step is part of the diagnosis. */
function firstLine(step: string): string {
  const [first = '', ...others] = step.split('\n');
  return oneLine(others.length === 0 ? first : `${first} …`);
}

/** Returns the measurements, the environment and the input, in this order. */
export function readerFacts(record: RunRecord): Fact[] {
  const input = Object.entries(shownParameters(record)).map(([name, value]): Fact => [inWords(name), value]);
  const facts = [...figureRows(record), ...environmentFacts(record), ...input];
  // Inputs are not repeated.
  return facts.filter(([name], index) => facts.findIndex(([other]) => other === name) === index);
}

/** Returns the network, the nodes, the versions, the guest image and the addresses: Allure shows the first eight. */
export function environmentFacts(record: RunRecord): Fact[] {
  const { kubernetes, kubeVirt } = record.versions;
  const versions = Object.entries({ Kubernetes: kubernetes, KubeVirt: kubeVirt, 'guest image': record.image });
  const rows = runRows(record);
  const isAddress = ([name]: Fact): boolean => name.endsWith(' address');
  return [
    ...rows.filter((row) => !isAddress(row)),
    ...versions.filter((fact): fact is [string, string] => fact[1] !== undefined),
    ...rows.filter(isAddress),
  ];
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
