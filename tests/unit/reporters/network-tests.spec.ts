// SPDX-License-Identifier: Apache-2.0
/** The test of each network, derived from the one test of a run. */
import { expect, test } from '@playwright/test';
import type { Suite, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { foldNetworks } from '../../../reporters/record.ts';
import { runResult } from '../../../reporters/run-result.ts';
import { copyOf, suiteWith, testViews } from '../../../reporters/views/network-tests.ts';
import { failure, measured, NETWORKS, networksInput, placed } from './network-events.ts';

const [BLUE, RED] = NETWORKS;
const CHECK = { id: 'id', title: 'the check', type: 'test' } as TestCase;

function step(title: string, own: Partial<TestStep>): TestStep {
  const made: TestStep = {
    title,
    category: 'test.step',
    titlePath: () => [title],
    startTime: new Date(1000),
    duration: 500,
    steps: [],
    attachments: [],
    annotations: [],
    ...own,
  };
  for (const inner of made.steps) inner.parent = made;
  return made;
}

const file = { name: 'ping.txt', contentType: 'text/plain', body: Buffer.from('ping') };
const otherFile = { ...file, body: Buffer.from('other') };
const setupError = { message: 'SetupFailed: no bridge', stack: 'SetupFailed: no bridge\n    at x.ts:1:1' };

const ofNetwork = (name: string, steps: TestStep[]): TestStep =>
  step(`Network ns/${name}`, { params: { network: `ns/${name}` }, steps });
const stage = (id: string, own: Partial<TestStep> = {}): TestStep => step(id, { params: { stage: id }, ...own });

function result(steps: TestStep[], status: TestResult['status'] = 'failed'): TestResult {
  return {
    retry: 0,
    parallelIndex: 0,
    workerIndex: 0,
    startTime: new Date(0),
    duration: 9000,
    status,
    attachments: [file, otherFile],
    annotations: [],
    error: setupError,
    errors: [setupError],
    stdout: ['all networks'],
    stderr: [],
    steps,
  };
}

const BOTH = [
  stage('input'),
  ofNetwork('blue', [stage('latency', { attachments: [file] })]),
  ofNetwork('red', [stage('setup', { error: setupError, attachments: [otherFile] })]),
];

test('each network has its own steps, times, attachments and errors', () => {
  const events = [networksInput([BLUE, RED]), measured(BLUE, 1), failure(RED, 'setup', 'SetupFailed', 'no bridge')];
  const run = runResult(foldNetworks(events), {
    passed: false,
    interruptedBy: undefined,
    stage: undefined,
    errors: [],
  });
  const { title, view, networks } = testViews(CHECK, result(BOTH), run);
  expect(networks.map(({ test: { id }, title: own, view: { status } }) => [id, own, status])).toEqual([
    ['id-1', 'ns/blue: p50 1ms p99 1ms max 1ms, 0% loss', 'passed'],
    ['id-2', 'ns/red: no bridge', 'failed'],
  ]);
  const [blue, red] = networks;
  expect(blue?.view).toMatchObject({ startTime: new Date(1000), duration: 500, errors: [], stdout: [] });
  expect(blue?.view).not.toHaveProperty('error');
  expect(blue?.view.attachments).toEqual([file]);
  expect(red?.view.steps.map(({ title: own }) => own)).toEqual(['setup']);
  expect(red?.view.errors).toEqual([{ message: 'SetupFailed: no bridge' }]);

  expect(title).toBe('1 of 2 networks failed: ns/red');
  expect(view.errors).toEqual([{ message: 'Network ns/red\nSetupFailed: no bridge' }]);
  expect(view.attachments.map(({ name }) => name)).toEqual(['ns/blue: ping.txt', 'ns/red: ping.txt']);
  expect(view.steps[1]?.steps[0]?.attachments).toEqual([view.attachments[0]]);
  expect(view.annotations.slice(0, 4)).toEqual([
    { type: 'result', description: 'failed: 1 of 2 networks failed: ns/red' },
    { type: 'ns/blue', description: 'succeeded: p50 1ms p99 1ms max 1ms, 0% loss' },
    { type: 'ns/red', description: 'failed: no bridge' },
    { type: 'networks', description: 'ns/blue, ns/red' },
  ]);
});

test('a network that was interrupted or not measured has an error with its code', () => {
  const interrupted = stage('setup', { error: { message: 'Interrupted: the run is over' }, duration: -1 });
  const steps = [ofNetwork('blue', [interrupted]), stage('teardown')];
  const run = runResult(foldNetworks([networksInput([BLUE, RED]), placed(BLUE, 'source', 'a')]), {
    passed: false,
    interruptedBy: 'SIGTERM',
    stage: 'setup',
    errors: [],
  });
  const { networks } = testViews(CHECK, result(steps, 'interrupted'), run);
  expect(networks.map(({ view }) => [view.status, view.errors, view.steps.map(({ title }) => title)])).toEqual([
    ['failed', [{ message: 'Interrupted: interrupted by SIGTERM during setup' }], ['setup', 'teardown']],
    ['failed', [{ message: 'Interrupted: not measured: the run was interrupted' }], []],
  ]);
});

test('with one network the test is that of the run', () => {
  const run = runResult(foldNetworks([networksInput([BLUE]), measured(BLUE, 1)]), {
    passed: true,
    interruptedBy: undefined,
    stage: undefined,
    errors: [],
  });
  const { view, networks } = testViews(CHECK, result([stage('input')], 'passed'), run);
  expect(networks).toHaveLength(1);
  expect(networks[0]?.test).toBe(CHECK);
  expect(networks[0]?.view).toBe(view);
});

test('a suite has other tests in place of each one, at any depth', () => {
  const inner = { type: 'describe', title: 'inner', suites: [], entries: () => [CHECK], allTests: () => [CHECK] };
  const suite = {
    title: 'outer',
    suites: [inner],
    entries: () => [inner],
    allTests: () => [CHECK],
  } as unknown as Suite;
  const replaced = suiteWith(suite, (one) => ['a', 'b'].map((title) => copyOf(one, { title })));
  expect(replaced.title).toBe('outer');
  expect(replaced.allTests().map(({ title }) => title)).toEqual(['a', 'b']);
  expect(replaced.suites[0]?.entries().map(({ title }) => title)).toEqual(['a', 'b']);
  expect(CHECK.title).toBe('the check');
});
