// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cellOf } from '../../../model/cells.ts';
import type { TestResult, TestStep } from '@playwright/test/reporter';
import { encodeWait } from '../../../model/wait-report.ts';
import { errorsForPrograms, readerView } from '../../../reporters/views/reader-view.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { DIAGNOSIS, input } from './run-events.ts';

const SUCCESS = { succeeded: true, failureReason: '', fullReason: '' };
const FAILURE = { succeeded: false, failureReason: 'a reason', fullReason: 'a reason' };

type Attachment = TestResult['attachments'][number];

const attachment = (name: string): Attachment => ({ name, contentType: 'text/plain', body: Buffer.from(name) });

function step(title: string, category: string, own: Partial<TestStep> = {}): TestStep {
  const steps = own.steps ?? [];
  const made: TestStep = {
    title,
    category,
    titlePath: () => [title],
    startTime: new Date(0),
    duration: 1,
    steps,
    attachments: [],
    annotations: [],
    ...own,
  };
  for (const inner of steps) inner.parent = made;
  return made;
}

const stage = (id: string, own: Partial<TestStep> = {}): TestStep =>
  step(`stage ${id}`, 'test.step', { params: { stage: id }, ...own });
const attach = (what: Attachment): TestStep => step(`Attach "${what.name}"`, 'test.attach', { attachments: [what] });

function result(own: Partial<TestResult>): TestResult {
  return {
    retry: 0,
    parallelIndex: 0,
    workerIndex: 0,
    startTime: new Date(0),
    duration: 1,
    status: 'failed',
    attachments: [],
    annotations: [],
    errors: [],
    stdout: [],
    stderr: [],
    steps: [],
    ...own,
  };
}

/** Titles, nested. */
function titles(steps: readonly TestStep[]): unknown[] {
  return steps.map(({ title, steps: inner }) => (inner.length === 0 ? title : [title, ...titles(inner)]));
}

test('shows no output for a run without output', () => {
  expect(readerView(result({}), foldEvents([]), SUCCESS).stdout).toEqual([]);
});

test('shows stages in order with their files, without events, hooks and fixtures', () => {
  const event = attachment('checkup-event-latency');
  const context = attachment('error-context');
  const file = attachment('ping.txt');
  const failure = { message: 'TeardownFailed: x' };
  const original = result({
    attachments: [event, file, context],
    steps: [
      step('Before Hooks', 'hook', { steps: [step('Fixture "cluster"', 'fixture', { steps: [attach(event)] })] }),
      stage('input'),
      stage('latency', { steps: [attach(event), attach(file)] }),
      step('After Hooks', 'hook', {
        error: failure,
        steps: [
          step('Fixture "vmiPair"', 'fixture', { error: failure, steps: [stage('teardown', { error: failure })] }),
        ],
      }),
    ],
  });
  const view = readerView(original, foldEvents([]), SUCCESS);
  expect(titles(view.steps)).toEqual(['stage input', ['stage latency', 'Attach "ping.txt"'], 'stage teardown']);
  expect(view.attachments).toEqual([file]);
  expect(view.steps.map(({ parent }) => parent)).toEqual([undefined, undefined, undefined]);
  expect(view.steps[1]?.steps[0]?.parent).toBe(view.steps[1]);
  // The verdict uses the original.
  expect(original.attachments).toHaveLength(3);
  expect(titles(original.steps)).toHaveLength(4);
});

test('shows a fixture that failed itself', () => {
  const error = { message: 'no cluster to talk to' };
  const fixture = step('Fixture "cluster"', 'fixture', { error });
  const view = readerView(
    result({ steps: [step('Before Hooks', 'hook', { error, steps: [fixture] })] }),
    foldEvents([]),
    SUCCESS,
  );
  expect(titles(view.steps)).toEqual(['Fixture "cluster"']);
});

test('shows source code for an internal error only, and the diagnosis before it; in junit.xml after it', () => {
  const found = {
    message: 'NoConnectivity: no reply',
    stack: 's',
    snippet: 'code',
    location: { file: 'f', line: 1, column: 1 },
  };
  const fault = { ...found, message: 'Internal: oops' };
  const record = foldEvents([
    { type: 'failure', stage: 'connectivity', code: 'NoConnectivity', findings: [{ what: 'no reply' }] },
    { type: 'diagnosis', stage: 'connectivity', diagnosis: DIAGNOSIS },
  ]);
  const view = readerView(result({ error: found, errors: [found, fault] }), record, FAILURE);
  expect(view.error).toEqual({ message: found.message });
  const [diagnosis, ...raw] = view.errors;
  expect(raw).toEqual([{ message: found.message }, fault]);
  expect(diagnosis?.message).toMatch(/^Diagnosis: the nodes are not connected\n/);
  expect(errorsForPrograms(view, record)).toEqual([...raw, diagnosis]);
});

test('annotations contain result, cause, measurement, environment and input, in this order', () => {
  const record = foldEvents([
    input('ipv4'),
    { type: 'cluster', versions: { kubeVirt: 'v1.9.0' } },
    { type: 'placement', guest: 'source', node: 'w1' },
    { type: 'failure', stage: 'connectivity', code: 'NoConnectivity', findings: [{ what: 'no reply' }] },
    { type: 'diagnosis', stage: 'connectivity', diagnosis: DIAGNOSIS },
    { type: 'first-reply', cell: cellOf({ family: 'ipv4', direction: 'sourceToTarget' }), afterNs: 22_000_000 },
  ]);
  const view = readerView(result({ annotations: [{ type: 'own' }] }), record, FAILURE);
  expect(view.annotations.map(({ type, description = '' }) => `${type}: ${description}`)).toEqual([
    'own: ',
    'result: failed: the nodes are not connected',
    'cause: the nodes are not connected',
    'next step: look at the uplink',
    'next step: apply: …',
    'cold start: 22ms',
    'network: ns/blue',
    'source node: w1',
    'KubeVirt: v1.9.0',
    'target node: any',
    'sample duration: 5s',
    'max desired latency: no limit',
    'timeout: 5m',
  ]);
});

test('reports show a wait as the log does', () => {
  const wait = { what: 'a VM', seen: 'Scheduling', unchangedMs: 13_000, still: false };
  const printed = encodeWait({ stage: 'setup', elapsedMs: 15_000, logged: true, waits: [wait] });
  const stdout = ['before\n', printed.slice(0, 20), Buffer.from(printed.slice(20)), '\nafter'];
  expect(readerView(result({ stdout }), foldEvents([]), SUCCESS).stdout).toEqual([
    'before\n  ...    setup           15.0s  waiting for a VM: Scheduling (13s)\nafter',
  ]);
});

test('wraps long lines, and indents the continuation of a list item', () => {
  const words = 'word '.repeat(40).trim();
  const view = readerView(result({ errors: [{ message: `SetupFailed: x\n  - ${words}` }] }), foldEvents([]), SUCCESS);
  const [title, first, second, ...rest] = (view.errors[0]?.message ?? '').split('\n');
  expect([title, rest]).toEqual(['SetupFailed: x', []]);
  expect(first).toMatch(/^ {2}- word( word)+$/);
  expect(second).toMatch(/^ {4}word( word)+$/);
  expect(`${first?.slice(4) ?? ''} ${second?.trim() ?? ''}`).toBe(words);
});
