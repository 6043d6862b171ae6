// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup` against the lab with stock kubectl. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { parse } from 'yaml';
import type { Lab } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import { without } from '../../command/plan.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import type { Checkup } from './checkup-process.ts';
import { test as base } from './lab-test.ts';

/** Limit beyond the teardown of the checkup, which takes less than a second in the lab; a grace period is 60 s. */
export const SOON_MS = 20_000;

interface Command {
  run: Checkup;
  /** The directory of `--artifacts`. */
  artifacts: string;
}

interface CommandOptions {
  env?: Record<string, string>;
  /** Runs the command of the README instead of the script. */
  npm?: boolean;
  /** A service account of namespace latency that the command uses; default: the administrator. */
  serviceAccount?: string;
}

const SCRIPT = [process.execPath, 'command/checkup.ts'];
const NPM = ['npm', 'run', '--silent', 'checkup', '--'];
export const NETWORK = ['--network', 'latency/blue'];

export const test = base.extend<{ command: (lab: Lab, args: string[], options?: CommandOptions) => Promise<Command> }>({
  command: async ({ checkup }, use, testInfo) => {
    const kubectl = await ensureKubectl();
    let count = 0;
    await use((lab, args, { env = {}, npm = false, serviceAccount } = {}) => {
      const artifacts = testInfo.outputPath(`fetched-${(count += 1)}`);
      // Only the cluster is configured by the environment.
      const own = { ARTIFACTS_DIR: undefined, SAMPLE_DURATION_SECONDS: undefined };
      const run = checkup(lab, {
        ...(serviceAccount !== undefined && { serviceAccount }),
        command: npm ? NPM : SCRIPT,
        args: [...args, '--artifacts', artifacts],
        env: { ...own, CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined, KUBECTL: kubectl, ...env },
      });
      return Promise.resolve({ run, artifacts });
    });
  },
});

/** Returns all objects that a run could leak, except the default objects of a namespace. */
export function objectsIn(lab: Lab): unknown[] {
  const kinds = ['jobs', 'pods', 'configmaps', 'serviceaccounts', 'virtualmachineinstances'];
  const rbac = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];
  const objects = [...kinds, ...rbac].flatMap((plural) => lab.list(plural));
  const own = objects.filter(({ metadata }) => !['default', 'kube-root-ca.crt'].includes(metadata.name));
  return own.map((object) => ({
    ...object,
    metadata: without(object.metadata, 'resourceVersion', 'uid', 'creationTimestamp'),
  }));
}

/** `<cluster>/<namespace>.<network>/<start time>` */
const RUN_DIRECTORY = /^[^/]+\/[^/.]+\.[^/]+\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/;

/** Returns the directory of the only run. */
function runDirectory(artifacts: string): string {
  const directories = existsSync(artifacts) ? readdirSync(artifacts, { recursive: true, encoding: 'utf8' }) : [];
  const runs = directories.filter((name) => RUN_DIRECTORY.test(name));
  expect(runs).toHaveLength(1);
  return path.join(artifacts, runs[0] ?? '');
}

/** Checks the artifacts of the only run, and that its result and its line are in the history of its network. */
export function expectArtifacts(artifacts: string): void {
  const run = runDirectory(artifacts);
  expect(readFileSync(path.join(run, 'html-report', 'index.html'), 'utf8')).toContain('</html>');
  for (const directory of ['allure-results', 'logs']) {
    expect(readdirSync(path.join(run, directory)).length).toBeGreaterThan(1);
  }
  // The VMs of a mesh have one manifest.
  expect(readdirSync(path.join(run, 'manifests'))).not.toEqual([]);
  expect(readdirSync(path.join(run, '..', 'allure-history'))).toEqual([`${path.basename(run)}-result.json`]);
  // The next run begins with this line.
  expect(readFileSync(path.join(run, '..', 'history', 'runs.jsonl'), 'utf8').split('\n')).toEqual([
    expect.stringContaining(`{"run":"${savedData(artifacts)['status.runId'] ?? ''}"`),
    '',
  ]);
}

/** Returns the data of the saved copy of the ConfigMap. */
export function savedData(artifacts: string): Record<string, string> {
  const saved = parse(readFileSync(path.join(runDirectory(artifacts), 'configmap.yaml'), 'utf8')) as {
    data: Record<string, string>;
  };
  return saved.data;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Returns a service account in namespace latency with its own role. */
export function account(name: string, scope: '' | 'Cluster', rules: JsonObject[]): JsonObject[] {
  const metadata = { name, namespace: 'latency' };
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion, kind: `${scope}Role`, metadata, rules },
    {
      apiVersion,
      kind: `${scope}RoleBinding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind: `${scope}Role`, name },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ];
}

/** Returns a service account with all permissions in the namespace. */
export function namespaceAdmin(): JsonObject[] {
  return account('namespace-admin', '', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
}

/** Returns the network "blue" in another namespace. */
export function networkIn(where: string): JsonObject {
  const config = JSON.stringify({ cniVersion: '0.3.1', name: 'blue', type: 'bridge', bridge: 'br1' });
  const metadata = { name: 'blue', namespace: where };
  return { apiVersion: 'k8s.cni.cncf.io/v1', kind: 'NetworkAttachmentDefinition', metadata, spec: { config } };
}
