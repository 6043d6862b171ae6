// SPDX-License-Identifier: Apache-2.0
/** In-cluster configuration: service account files and the API server from the environment, over IPv6 only. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { writeServiceAccount } from '../support/container-root.ts';
import { test } from '../support/lab-test.ts';
import { checkupRbac } from '../support/permissions.ts';

test('succeeds when KUBERNETES_SERVICE_HOST is an IPv6 address', async ({ newLab, checkup }, testInfo) => {
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
