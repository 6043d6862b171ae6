/**
 * A test's result as people read it: the stages in their order, whatever hook or fixture they ran in; without the events, which
 * are JSON for the reporters, and without the runner's instructions to a programmer. What is known of the run stands beside it.
 */
import type { TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { renderDiagnosis } from '../../model/diagnosis.ts';
import { ERROR_CODES } from '../../model/errors.ts';
import { isEventAttachment } from '../../model/events.ts';
import { renderNetwork, renderParameters } from '../../model/parameters.ts';
import { wrapped } from '../../model/text.ts';
import { renderWaits } from '../../model/wait-report.ts';
import { stageOf } from '../progress.ts';
import type { RunRecord } from '../record.ts';
import { factRows } from './results-table.ts';

/** Width of a line of an error in the HTML report. */
const COLUMNS = 110;

type Attachment = TestResult['attachments'][number];

/** Playwright's attachment with hints for test authors. */
const ERROR_CONTEXT = 'error-context';

export function readerView(result: TestResult, record: RunRecord): TestResult {
  const attachments = result.attachments.filter(({ name }) => !isEventAttachment(name) && name !== ERROR_CONTEXT);
  const annotations = readerFacts(record).map(([type, description]) => ({ type, description }));
  const diagnoses = record.failures.flatMap(({ diagnosis }) => diagnosis ?? []);
  return {
    ...result,
    attachments,
    // JUnit has an element for any output, also for an empty one.
    stdout: result.stdout.length === 0 ? [] : [renderWaits(result.stdout.join(''))],
    annotations: [...result.annotations, ...annotations],
    ...(result.error && { error: plainError(result.error) }),
    errors: [
      ...result.errors.map(plainError),
      ...diagnoses.map((diagnosis) => ({ message: renderDiagnosis(diagnosis) })),
    ].map(foldedError),
    steps: shownSteps(result.steps, new Set(attachments), undefined),
  };
}

/** Returns the parameters by their labels; none as long as the input is unknown. */
export function shownParameters({ parameters }: RunRecord): Record<string, string> {
  return parameters === undefined ? {} : renderParameters(parameters);
}

/** The input, what the run met, and what it measured. */
export function readerFacts(record: RunRecord): (readonly [name: string, value: string])[] {
  const { kubernetes, kubeVirt } = record.versions;
  const met = Object.entries({ Kubernetes: kubernetes, KubeVirt: kubeVirt, 'guest image': record.image });
  const facts = [...Object.entries(shownParameters(record)), ...met, ...factRows(record)];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  // What is an input is not repeated as a result.
  return known.filter(([name], index) => known.findIndex(([other]) => other === name) === index);
}

/** A finding about the cluster says all in its message; only a fault of the checkup itself is to be looked for in its source. */
function plainError(error: TestError): TestError {
  const { message = '' } = error;
  return ERROR_CODES.some((code) => code !== 'Internal' && message.startsWith(`${code}: `)) ? { message } : error;
}

/** Neither report folds a line that is too long for it. */
function foldedError(error: TestError): TestError {
  if (error.stack !== undefined || error.message === undefined) return error;
  return { ...error, message: error.message.split('\n').map(folded).join('\n') };
}

function folded(line: string): string {
  const indent = /^ *(- )?/.exec(line)?.[0] ?? '';
  const rows = wrapped(line.slice(indent.length), COLUMNS - indent.length);
  return rows.map((row, index) => (index === 0 ? indent : ' '.repeat(indent.length)) + row).join('\n');
}

/** What the run met, by the names that people know. */
export function environmentOf(record: RunRecord): Record<string, string> {
  const { versions, parameters, network, image, sourceNode, targetNode } = record;
  const known: Record<string, string | undefined> = {
    Kubernetes: versions.kubernetes,
    KubeVirt: versions.kubeVirt,
    NAD: parameters && renderNetwork(parameters),
    Binding: network?.binding,
    'Guest image': image,
    'Source node': sourceNode,
    'Target node': targetNode,
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

/** A hook or a fixture says nothing of its own, unless it is what failed. */
function isWrapping({ category, error, steps }: TestStep): boolean {
  if (category !== 'hook' && category !== 'fixture') return false;
  return error === undefined || steps.some((step) => step.error !== undefined);
}
