// SPDX-License-Identifier: Apache-2.0
/** Jobs with indexes and with rules for failed pods: the words and the order of Kubernetes' source (1.33), not recorded. */
import { expect } from '@playwright/test';
import { objectAt, objectsAt, textAt, type Json, type JsonObject } from '../../store/json.ts';
import { matching, PODS } from './bodies.ts';
import { meets } from './case.ts';
import { test, type Stage } from './contract-test.ts';
import { Scene } from './scene.ts';

const JOBS = '/apis/batch/v1/namespaces/{ns}/jobs';
const INDEX = 'batch.kubernetes.io/job-completion-index';
const IMAGE = process.env['CONTRACT_IMAGE'] || 'busybox:1.36';
/** An image may have to be pulled first. */
const END_MS = 120_000;
test.describe.configure({ timeout: 2 * END_MS });

/** Ends the first indexes with these exit codes; the others run on. */
const exits = (...codes: number[]): string =>
  codes.map((code, index) => `if [ $JOB_COMPLETION_INDEX = ${index} ]; then exit ${code}; fi; `).join('');

function job(script: string, spec: JsonObject, container: JsonObject = {}): JsonObject {
  const containers = [{ name: 'c', image: IMAGE, command: ['sh', '-c', script], ...container }];
  const template = { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: '{name}' }, spec: { template, ...spec } };
}

interface Ended {
  scene: Scene;
  status: JsonObject;
  /** Type, reason and message of each condition. */
  conditions: string[];
  /** In the order of their names. */
  pods: JsonObject[];
}

/** Runs a job to its end. */
async function run(stage: Stage, name: string, body: JsonObject): Promise<Ended> {
  const scene = new Scene(stage, name);
  await scene.succeed({ method: 'POST', path: JOBS, body });
  const read = async (): Promise<Json> => scene.succeed({ path: `${JOBS}/{name}` });
  const types = async () => objectsAt(await read(), 'status', 'conditions').map(({ type }) => type);
  await expect.poll(types, { timeout: END_MS, intervals: [100] }).toContainEqual(matching(/^(Complete|Failed)$/));
  const status = objectAt(await read(), 'status') ?? {};
  const pods = await scene.succeed({ path: `${PODS}?labelSelector=job-name%3D{name}` });
  return {
    scene,
    status,
    conditions: objectsAt(status, 'conditions').map((condition) =>
      ['type', 'reason', 'message'].map((field) => textAt(condition, field) ?? '').join(': '),
    ),
    pods: objectsAt(pods, 'items').sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  };
}

function nameOf(pod: JsonObject): string {
  return textAt(pod, 'metadata', 'name') ?? '';
}

function failed(reason: string, message: string): string[] {
  return [`FailureTarget: ${reason}: ${message}`, `Failed: ${reason}: ${message}`];
}

test('an index that fails does not stop the others; the status names it', async ({ stage }) => {
  const limits = { completions: 4, parallelism: 4, completionMode: 'Indexed', backoffLimitPerIndex: 0 };
  const { status, conditions, pods } = await run(stage, 'one-fails', job(exits(0, 3), limits));
  expect(conditions).toEqual(failed('FailedIndexes', 'Job has failed indexes'));
  expect(status).toMatchObject({ succeeded: 3, failed: 1, completedIndexes: '0,2,3', failedIndexes: '1' });
  expect(status).not.toHaveProperty('completionTime');
  expect(pods).toMatchObject(
    [0, 1, 2, 3].map((index) => ({
      metadata: {
        name: matching(new RegExp(`^one-fails-${index}-[a-z0-9]{5}$`)),
        annotations: { [INDEX]: `${index}`, 'batch.kubernetes.io/job-index-failure-count': '0' },
        labels: { [INDEX]: `${index}` },
      },
      spec: { hostname: `one-fails-${index}` },
    })),
  );
});

test('with parallelism 1 the indexes run one after another, in order', async ({ stage }) => {
  const limits = { completions: 3, parallelism: 1, completionMode: 'Indexed', backoffLimitPerIndex: 0 };
  const { status, conditions, pods } = await run(stage, 'in-order', job('sleep 0.1', limits));
  const message = 'Reached expected number of succeeded pods';
  expect(conditions).toEqual([
    `SuccessCriteriaMet: CompletionsReached: ${message}`,
    `Complete: CompletionsReached: ${message}`,
  ]);
  expect(status).toMatchObject({ succeeded: 3, completedIndexes: '0-2', failedIndexes: '' });
  const ends = pods.map((pod) => objectAt(objectsAt(pod, 'status', 'containerStatuses')[0], 'state', 'terminated'));
  for (const [index, end] of ends.slice(1).entries()) {
    // Both are whole seconds.
    const before = textAt(ends[index], 'finishedAt') ?? '';
    expect(Date.parse(textAt(end, 'startedAt') ?? '')).toBeGreaterThanOrEqual(Date.parse(before));
  }
  expect(ends).toHaveLength(3);
});

test('the first matching rule of podFailurePolicy fails the index without another attempt', async ({ stage }) => {
  const rules = [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
    { action: 'FailIndex', onExitCodes: { containerName: 'c', operator: 'In', values: [3, 4] } },
    { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [0] } },
  ];
  const limits = { completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 };
  const body = job(exits(4, 0), { ...limits, podFailurePolicy: { rules } });
  const { status, conditions, pods } = await run(stage, 'fail-index', body);
  expect(conditions).toEqual(failed('FailedIndexes', 'Job has failed indexes'));
  expect(status).toMatchObject({ succeeded: 1, failed: 1, completedIndexes: '1', failedIndexes: '0' });
  expect(pods).toHaveLength(2);
});

test('FailJob ends the other pods and names pod, exit code and rule', async ({ stage }) => {
  const rules = [{ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [1] } }];
  const limits = { completions: 2, parallelism: 2, completionMode: 'Indexed' };
  const body = job(`${exits(7)} sleep 30`, { ...limits, podFailurePolicy: { rules } });
  const { scene, status, conditions } = await run(stage, 'fail-job', body);
  const pod = scene.fill('{ns}/fail-job-0-[a-z0-9]{5}');
  const message = `Container c for pod ${pod} failed with exit code 7 matching FailJob rule at index 0`;
  expect(conditions).toEqual(failed('PodFailurePolicy', message).map((line) => matching(new RegExp(`^${line}$`))));
  expect(status).not.toHaveProperty('succeeded');
  expect(status).not.toHaveProperty('failedIndexes');
});

test('more than maxFailedIndexes failed indexes end the job', async ({ stage }) => {
  const limits = { completions: 3, parallelism: 1, completionMode: 'Indexed', backoffLimitPerIndex: 0 };
  const { status, conditions, pods } = await run(
    stage,
    'max-failed',
    job('exit 1', { ...limits, maxFailedIndexes: 1 }),
  );
  const message = 'Job has exceeded the specified maximal number of failed indexes';
  expect(conditions).toEqual(failed('MaxFailedIndexesExceeded', message));
  expect(status).toMatchObject({ failed: 2, failedIndexes: '0,1' });
  expect(pods).toHaveLength(2);
});

test('a job without indexes runs several pods at once', async ({ stage }) => {
  const started = Date.now();
  const { status, pods } = await run(stage, 'parallel', job('sleep 2', { completions: 3, parallelism: 3 }));
  expect(status).toMatchObject({ succeeded: 3 });
  expect(status).not.toHaveProperty('completedIndexes');
  expect(pods).toHaveLength(3);
  // A real cluster may pull the image.
  if (stage.lab) expect(Date.now() - started).toBeLessThan(5000);
});

test('a value and an argument refer to earlier variables; JOB_COMPLETION_INDEX is the last one', async ({ stage }) => {
  const index = { name: 'INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${INDEX}']` } } };
  const env = [
    { name: 'EARLY', value: '$(INDEX) $(JOB_COMPLETION_INDEX)' },
    index,
    { name: 'LATE', value: 'config-$(INDEX) $$(INDEX)' },
  ];
  const command = ['sh', '-c', 'echo "$@" $JOB_COMPLETION_INDEX $HOSTNAME', 'sh'];
  const args = ['$(EARLY)', '$(LATE)', '$(JOB_COMPLETION_INDEX)', '$(NONE)', '$$(INDEX)', '$(open'];
  const limits = { completions: 1, completionMode: 'Indexed' };
  const { scene, pods } = await run(stage, 'refers', job('', limits, { env, command, args }));
  const log = await scene.send({ path: `${PODS}/${nameOf(pods[0] ?? {})}/log` });
  expect(log.body).toBe('$(INDEX) $(JOB_COMPLETION_INDEX) config-0 $(INDEX) 0 $(NONE) $(INDEX) $(open 0 refers-0\n');
});

const rules = (...list: JsonObject[]): JsonObject => ({ podFailurePolicy: { rules: list } });
const INDEXED = { completionMode: 'Indexed', completions: 2 };
const FAIL_INDEX = { action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } };
const ACTION = 'spec.podFailurePolicy.rules[0]';
const REFUSED: readonly (readonly [spec: JsonObject, message: string])[] = [
  [{ backoffLimitPerIndex: 0 }, 'spec.backoffLimitPerIndex: Invalid value: 0: requires indexed completion mode'],
  [
    { ...INDEXED, maxFailedIndexes: 1 },
    'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
  ],
  [{ completionMode: 'Indexed', parallelism: 2 }, 'spec.completions: Required value: when completion mode is Indexed'],
  [
    { completionMode: 'indexed' },
    'spec.completionMode: Unsupported value: "indexed": supported values: "NonIndexed", "Indexed"',
  ],
  [
    { ...INDEXED, ...rules(FAIL_INDEX) },
    `${ACTION}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
  ],
  [
    rules({ action: 'Retry', onPodConditions: [{ type: 'DisruptionTarget' }] }),
    `${ACTION}.action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
  ],
  [
    rules({ action: 'Ignore' }),
    `${ACTION}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
  ],
  [
    rules({ action: 'Ignore', onExitCodes: { operator: 'Is', values: [1] } }),
    `${ACTION}.onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"`,
  ],
  [
    rules({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1], containerName: 'd' } }),
    `${ACTION}.onExitCodes.containerName: Invalid value: "d": must be one of the container or initContainer names in the pod template`,
  ],
];

test('refuses fields that do not go together', async ({ stage }) => {
  const scene = new Scene(stage, 'refused');
  for (const [spec, message] of REFUSED) {
    const answer = { message: `Job.batch "refused" is invalid: ${message}`, reason: 'Invalid' };
    meets(await scene.send({ method: 'POST', path: JOBS, body: job('', spec) }), { status: 422, like: answer });
  }
  const restarted = job('', rules({ action: 'Count', onPodConditions: [{ type: 'DisruptionTarget' }] }));
  const template = { spec: { ...objectAt(restarted.spec, 'template', 'spec'), restartPolicy: 'OnFailure' } };
  const body = { ...restarted, spec: { ...objectAt(restarted, 'spec'), template } };
  const why = 'Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified';
  const message = `Job.batch "refused" is invalid: spec.template.spec.restartPolicy: ${why}`;
  meets(await scene.send({ method: 'POST', path: JOBS, body }), { status: 422, like: { message } });
});
