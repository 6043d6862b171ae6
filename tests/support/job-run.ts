// SPDX-License-Identifier: Apache-2.0
/** Runs one checkup as users do: applies manifests/ with the image and the network of the cluster under test. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { decodeJson, objectAt, objectsAt, stringMapAt, textAt, type JsonObject } from '../../lab/objects.ts';
import type { CheckupResult } from './expected-result.ts';
import { checkupRbac } from './permissions.ts';
import type { Target } from './target-cluster.ts';

/** The default is that of the manifests. */
export const NAMESPACE = 'latency';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
/** Guests under emulation start slowly. */
const TIMEOUT_MINUTES = 15;
const DEADLINE_MS = (TIMEOUT_MINUTES + 4) * 60_000;

interface Finished extends CheckupResult {
  /** Complete or Failed. */
  job: string;
  /** The ConfigMap before the run. */
  spec: Record<string, string>;
}

function manifest(file: string): JsonObject {
  return parse(readFileSync(path.join(MANIFESTS, file), 'utf8')) as JsonObject;
}

const nameOf = (object: JsonObject): string => textAt(object, 'metadata', 'name') ?? '';

/** Returns the ConfigMap for a sample of one second, with `parameters` in addition. */
export function checkupConfigMap(target: Target, parameters: Record<string, string>): JsonObject {
  const data = {
    'spec.timeout': `${TIMEOUT_MINUTES}m`,
    'spec.param.networkAttachmentDefinitionNamespace': target.network.namespace,
    'spec.param.networkAttachmentDefinitionName': target.network.name,
    'spec.param.sampleDurationSeconds': '1',
    ...parameters,
  };
  return { ...manifest('config.yaml'), data };
}

function jobWith(image: string): JsonObject {
  const job = manifest('job.yaml');
  const template = objectAt(job, 'spec', 'template') ?? {};
  const containers = objectsAt(template, 'spec', 'containers').map((container) => ({ ...container, image }));
  const spec = { ...objectAt(template, 'spec'), containers };
  const activeDeadlineSeconds = DEADLINE_MS / 1000;
  return { ...job, spec: { ...objectAt(job, 'spec'), activeDeadlineSeconds, template: { ...template, spec } } };
}

/** Applies permissions, ConfigMap and Job, waits until the Job has ended, and reads the result. */
export async function runJob(target: Target, parameters: Record<string, string> = {}): Promise<Finished> {
  const { kubectl } = target;
  const [configMap, job] = [checkupConfigMap(target, parameters), jobWith(target.image)];
  await removeJob(target);
  const { status, stderr } = await kubectl.apply(...checkupRbac(), configMap, job);
  expect(status, stderr).toBe(0);
  const state = () => jobState(target, nameOf(job));
  await expect.poll(state, { timeout: DEADLINE_MS, intervals: [1000] }).toMatch(/^(Complete|Failed)\b/);
  const data = await readConfigMap(target);
  const log = await kubectl.ok('-n', NAMESPACE, 'logs', `job/${nameOf(job)}`);
  await test.info().attach('job.log', { body: log });
  await test.info().attach('configmap.json', { body: JSON.stringify(data, null, 2) });
  return {
    data,
    spec: stringMapAt(configMap, 'data'),
    job: /^\w+/.exec(await state())?.[0] ?? '',
    lastLine: log.trimEnd().split('\n').at(-1) ?? '',
  };
}

/** Returns how the Job ended, or the state of its pods. */
async function jobState({ kubectl }: Target, name: string): Promise<string> {
  const job = decodeJson(await kubectl.ok('-n', NAMESPACE, 'get', 'job', name, '-o', 'json'));
  const ended = objectsAt(job, 'status', 'conditions').find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  if (ended) return `${textAt(ended, 'type') ?? ''} (${textAt(ended, 'reason') ?? ''})`;
  const pods = decodeJson(await kubectl.ok('-n', NAMESPACE, 'get', 'pods', '-l', `job-name=${name}`, '-o', 'json'));
  const seen = objectsAt(pods, 'items').map((pod) => {
    const waiting = objectsAt(pod, 'status', 'containerStatuses').map((status) => objectAt(status, 'state', 'waiting'));
    const why = waiting.map((one) => [textAt(one, 'reason'), textAt(one, 'message')].filter(Boolean).join(': '));
    return `pod ${textAt(pod, 'status', 'phase') ?? ''} ${why.join(', ')}`.trimEnd();
  });
  return seen.join('; ') || 'no pod yet';
}

export async function readConfigMap({ kubectl }: Target): Promise<Record<string, string>> {
  const name = nameOf(manifest('config.yaml'));
  return stringMapAt(decodeJson(await kubectl.ok('-n', NAMESPACE, 'get', 'configmap', name, '-o', 'json')), 'data');
}

/** Returns the names of the VMIs in the checkup's namespace. */
export async function listVmis({ kubectl }: Target): Promise<string[]> {
  const names = await kubectl.ok('-n', NAMESPACE, 'get', 'virtualmachineinstances', '-o', 'name');
  return names.split('\n').filter((line) => line !== '');
}

/** Deletes Job and ConfigMap with their dependents. */
export async function removeJob({ kubectl }: Target): Promise<void> {
  for (const [kind, file] of [['job', 'job.yaml'] as const, ['configmap', 'config.yaml'] as const]) {
    await kubectl.ok('-n', NAMESPACE, 'delete', kind, nameOf(manifest(file)), '--ignore-not-found');
  }
}
