// SPDX-License-Identifier: Apache-2.0
/** Pods of several containers, their logs, and commands in them, with the messages of Kubernetes' source. */
import { expect } from '@playwright/test';
import { objectsAt, textAt, type Json, type JsonObject } from '../../store/json.ts';
import { PODS, refused } from './bodies.ts';
import { meets } from './case.ts';
import { test, type Stage } from './contract-test.ts';
import { exec, execPath, type ExecOptions } from './exec-session.ts';
import { Scene } from './scene.ts';

/** An image with a shell. */
const IMAGE = process.env['CONTRACT_IMAGE'] || 'busybox:1.36';
/** An image may have to be pulled first. */
const START_MS = 120_000;
test.describe.configure({ timeout: 2 * START_MS });

/** A pod of two containers: one runs until a file appears, one exits with 3 at once. */
function twoContainers(): JsonObject {
  const command = (script: string) => ['sh', '-c', script];
  const lasting = 'echo up; trap "echo asked; exit 0" TERM; while :; do sleep 0.1; done';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: '{name}' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      containers: [
        { name: 'lasting', image: IMAGE, command: command(lasting), env: [{ name: 'WORD', value: 'given' }] },
        { name: 'brief', image: IMAGE, command: command('echo bye; exit 3') },
      ],
    },
  };
}

function stateOf(pod: Json, container: string): Json | undefined {
  return objectsAt(pod, 'status', 'containerStatuses').find((one) => one.name === container)?.state;
}

/** Starts the pod and waits until one of its containers has ended. */
async function start(stage: Stage, name: string): Promise<{ scene: Scene; path: string; read: () => Promise<Json> }> {
  const scene = new Scene(stage, name);
  await scene.set({ given: [twoContainers()] });
  const path = scene.fill(`${PODS}/{name}`);
  const read = () => scene.succeed({ path });
  await expect.poll(async () => stateOf(await read(), 'brief'), { timeout: START_MS }).toHaveProperty('terminated');
  return { scene, path, read };
}

test('a pod runs as long as one of its containers; deleting it ends all of them', async ({ stage }) => {
  const { scene, path, read } = await start(stage, 'two');
  const pod = await read();
  expect(textAt(pod, 'status', 'phase')).toBe('Running');
  expect(stateOf(pod, 'brief')).toMatchObject({ terminated: { exitCode: 3, reason: 'Error' } });
  expect(stateOf(pod, 'lasting')).toHaveProperty('running');
  const ready = objectsAt(pod, 'status', 'conditions').find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
  await scene.succeed({ method: 'DELETE', path });
  await expect.poll(async () => (await scene.send({ path })).status, { timeout: 30_000 }).toBe(404);
});

test('a log request must name one container', async ({ stage }) => {
  const { scene, path } = await start(stage, 'logs');
  const log = async (query: string) => (await scene.send({ path: `${path}/log${query}` })).body;
  expect(await log('?container=lasting')).toBe('up\n');
  expect(await log('?container=brief')).toBe('bye\n');
  const unnamed = 'a container name must be specified for pod logs, choose one of: [lasting brief]';
  meets(await scene.send({ path: `${path}/log` }), refused(400, 'BadRequest', unnamed));
  const unknown = 'container none is not valid for pod logs';
  meets(await scene.send({ path: `${path}/log?container=none` }), refused(400, 'BadRequest', unknown));
  await scene.succeed({ method: 'DELETE', path });
});

test('a command runs with the environment of its container, and reports its exit status', async ({ stage }) => {
  const { scene, path } = await start(stage, 'exec');
  const run = (options: Omit<ExecOptions, 'container'>) => exec(stage.api, path, { container: 'lasting', ...options });
  expect(await run({ command: ['sh', '-c', 'echo "$WORD"; echo apart >&2'] })).toEqual({
    protocol: 'v5.channel.k8s.io',
    stdout: 'given\n',
    stderr: 'apart\n',
    closeCode: 1000,
    status: { metadata: {}, status: 'Success' },
  });
  expect(await run({ command: ['sh', '-c', 'echo so far; exit 4'] })).toMatchObject({
    stdout: 'so far\n',
    status: {
      metadata: {},
      status: 'Failure',
      reason: 'NonZeroExitCode',
      message: 'command terminated with non-zero exit code: command terminated with exit code 4',
      details: { causes: [{ reason: 'ExitCode', message: '4' }] },
    },
  });
  expect(await run({ command: ['cat'], stdin: 'what\ngoes in' })).toMatchObject({ stdout: 'what\ngoes in' });
  const much = await run({ command: ['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x'] });
  expect(much.stdout).toBe('x'.repeat(3_000_000));
  await scene.succeed({ method: 'DELETE', path });
});

test('exec in an ended container upgrades the connection and returns a Status of failure', async ({ stage }) => {
  const { scene, path } = await start(stage, 'ended');
  const message = 'unable to upgrade connection: container not found ("brief")';
  expect((await exec(stage.api, path, { container: 'brief', command: ['true'] })).status).toEqual({
    metadata: {},
    status: 'Failure',
    reason: 'InternalError',
    code: 500,
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
  await scene.succeed({ method: 'DELETE', path });
});

test('an invalid exec request is refused before the upgrade', async ({ stage }) => {
  const { scene, path } = await start(stage, 'refused');
  const upgrade = async (pod: string, options: ExecOptions) =>
    stage.api.handshake({ path: execPath(pod, options), headers: { 'sec-websocket-protocol': 'v5.channel.k8s.io' } });
  const command = ['true'];
  meets(await upgrade(scene.fill(`${PODS}/none`), { command }), {
    ...refused(404, 'NotFound', 'pods "none" not found', { name: 'none', kind: 'pods' }),
  });
  const unknown = 'container none is not valid for pod refused';
  meets(await upgrade(path, { container: 'none', command }), refused(400, 'BadRequest', unknown));
  const unnamed = 'a container name must be specified for pod refused, choose one of: [lasting brief]';
  meets(await upgrade(path, { command }), refused(400, 'BadRequest', unnamed));
  const plain = { path: execPath(path, { container: 'lasting', command }) };
  meets(await scene.send(plain), refused(400, 'BadRequest', 'Upgrade request required'));
  const token = await stage.accounts.tokenOf('checkup');
  const forbidden = await stage.api.handshake({ ...plain, token });
  expect(forbidden.status).toBe(403);
  await scene.succeed({ method: 'DELETE', path });
});

test('discovery lists pods/exec', async ({ stage }) => {
  const { body } = await stage.api.call({ path: '/api/v1' });
  expect(objectsAt(body, 'resources')).toContainEqual({
    name: 'pods/exec',
    singularName: '',
    namespaced: true,
    kind: 'PodExecOptions',
    verbs: ['create', 'get'],
  });
});
