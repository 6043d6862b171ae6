// SPDX-License-Identifier: Apache-2.0
/**
 * The checkup as the OpenShift console's Networking checkups page (4.15 to 4.21) starts it: a Job without command, arguments, volumes or
 * user, and a ConfigMap that it finds by the Job's CONFIGMAP_NAME; and its Rerun, a JSON patch that fails if a key is missing.
 */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { configMapData } from './cluster-facts.ts';
import type { Kubectl } from './kubectl.ts';
import { CHECKUP_ACCOUNT } from './permissions.ts';

export const CONSOLE_CONFIG_MAP = 'kubevirt-vm-latency-checkup-1';
const NAMESPACE = 'latency';
const LABELS = { 'kiagnose/checkup-type': 'kubevirt-vm-latency' };
const KEYS_OF_EVERY_RUN = ['succeeded', 'failureReason', 'startTimestamp', 'completionTimestamp'];
const KEYS_OF_A_SUCCESS = ['minLatencyNanoSec', 'avgLatencyNanoSec', 'maxLatencyNanoSec', 'measurementDurationSec'];

/** Returns a Job with a pod of the image only, with these variables. */
export function bareJob(name: string, env: Record<string, string>): JsonObject {
  const container = {
    name: 'checkup',
    image: 'quay.io/example/kubevirt-vm-latency:v1',
    imagePullPolicy: 'Always',
    securityContext: { allowPrivilegeEscalation: false },
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: NAMESPACE, labels: LABELS },
    spec: {
      backoffLimit: 0,
      template: { spec: { serviceAccountName: CHECKUP_ACCOUNT, restartPolicy: 'Never', containers: [container] } },
    },
  };
}

export function startConsoleJob(lab: Lab, name: string): void {
  lab.createObject(bareJob(name, { CONFIGMAP_NAMESPACE: NAMESPACE, CONFIGMAP_NAME: CONSOLE_CONFIG_MAP }));
}

/** Returns the condition that the Job ended with. */
export async function waitForJob(lab: Lab, name: string): Promise<string> {
  const last = (): string => {
    const status = lab.get('jobs', NAMESPACE, name)?.status;
    return textAt(objectsAt(status, 'conditions').at(-1), 'type') ?? '';
  };
  await expect.poll(last, { timeout: 90_000 }).toMatch(/Complete|Failed/);
  return last();
}

/** Changes keys of the console's ConfigMap, and creates it if it is missing. */
export function setConsoleConfig(lab: Lab, changes: Record<string, string>): void {
  const data = { ...configMapData(lab, CONSOLE_CONFIG_MAP), ...changes };
  const metadata = { name: CONSOLE_CONFIG_MAP, namespace: NAMESPACE, labels: LABELS };
  lab.createObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

/** Patches the ConfigMap as the Rerun button does. Returns the result of kubectl. */
export async function rerun(lab: Lab, kubectl: Kubectl): Promise<{ status: number; stderr: string }> {
  const succeeded = configMapData(lab, CONSOLE_CONFIG_MAP)['status.succeeded'] === 'true';
  const keys = [
    ...KEYS_OF_EVERY_RUN.map((key) => `status.${key}`),
    ...(succeeded ? KEYS_OF_A_SUCCESS.map((key) => `status.result.${key}`) : []),
  ];
  const patch = JSON.stringify(keys.map((key) => ({ op: 'remove', path: `/data/${key}` })));
  return kubectl.run('patch', '-n', NAMESPACE, 'configmap', CONSOLE_CONFIG_MAP, '--type=json', '-p', patch);
}

/** Returns the status keys of the console's ConfigMap. */
export function statusKeys(lab: Lab): string[] {
  const keys = Object.keys(objectAt(lab.get('configmaps', NAMESPACE, CONSOLE_CONFIG_MAP), 'data') ?? {});
  return keys.filter((key) => key.startsWith('status.')).sort();
}

/** A valid configuration: one second on network blue. */
export const GOOD_CONFIG = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': NAMESPACE,
  'spec.param.networkAttachmentDefinitionName': 'blue',
  'spec.param.sampleDurationSeconds': '1',
  'spec.param.maxDesiredLatencyMilliseconds': '0',
};
