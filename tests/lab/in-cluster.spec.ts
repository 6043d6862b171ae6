/** As in a pod: the service account's files, the API server named by the environment, over IPv6 only. SIMULATED guests. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { parse } from 'yaml';
import { objectAt, objectsAt, textAt, type Json } from '../../lab/store/json.ts';
import { configMapData, vmisLeft } from '../checkup/cluster-facts.ts';
import { test } from '../checkup/lab-test.ts';
import { checkupRbac } from '../checkup/permissions.ts';

/** What the kubelet puts into a pod, taken from a kubeconfig. */
function writeServiceAccount(kubeconfig: string, directory: string): void {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Json;
  const ca = textAt(objectAt(objectsAt(config, 'clusters')[0], 'cluster'), 'certificate-authority-data') ?? '';
  const token = textAt(objectAt(objectsAt(config, 'users')[0], 'user'), 'token') ?? '';
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'ca.crt'), Buffer.from(ca, 'base64'));
  writeFileSync(path.join(directory, 'token'), token);
  writeFileSync(path.join(directory, 'namespace'), 'latency');
}

test('KUBERNETES_SERVICE_HOST may be an IPv6 address', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ host: '::1' });
  for (const object of checkupRbac()) lab.createObject(object);
  const files = testInfo.outputPath('serviceaccount');
  writeServiceAccount(lab.kubeconfigOf('latency', 'vm-latency-checkup-sa'), files);
  const account = '/run/secrets/kubernetes.io/serviceaccount';
  const mounts = `mount -t tmpfs tmpfs /run; mkdir -p ${account}; cp ${files}/* ${account}/`;
  const { port } = new URL(lab.url);
  const env = { KUBECONFIG: undefined, HOME: files, KUBERNETES_SERVICE_HOST: '::1', KUBERNETES_SERVICE_PORT: port };
  const { status, output } = await checkup(lab, { env, mounts }).ended;
  expect(status, output).toBe(0);
  expect(configMapData(lab)['status.succeeded']).toBe('true');
  expect(lab.requests.filter(({ verb, code }) => verb === 'create' && code === 201)).toHaveLength(2);
  expect(vmisLeft(lab)).toEqual([]);
});
