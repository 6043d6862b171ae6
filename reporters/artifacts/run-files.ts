// SPDX-License-Identifier: Apache-2.0
/** Lists the files that a run has written, with a description of each. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactFile } from '../../model/result-document.ts';

/** Listed as one entry: their files are not opened one by one. */
const WHOLE_DIRECTORIES: Readonly<Record<string, string>> = {
  'allure-results': 'results for Allure; npm run report makes a page of them',
};
/** The first pattern that matches describes the file. */
const DESCRIPTIONS: readonly (readonly [pattern: RegExp, description: string])[] = [
  [/^html-report\/index\.html$/, 'HTML report: the stages with their attachments'],
  [/^junit\.xml$/, 'the result for CI servers'],
  [/^metrics\.prom$/, 'the figures for Prometheus'],
  [/^pairs\.csv$/, 'every pair of nodes, one row each'],
  [/^charts\/heat-map-/, 'heat map of the pairs of nodes'],
  [/^charts\//, 'chart of the round-trip times'],
  [/^manifests\//, 'the VM as it was created'],
  [/^logs\/ping/, 'output of ping'],
  [/^logs\/.*-console\.txt$/, 'serial console of the VM'],
  [/^evidence\/diagnosis-/, 'the diagnosis as text'],
  [/^evidence\/events\.txt$/, 'events of the VMs and their pods'],
  [/^evidence\/nodes\.yaml$/, 'the nodes: what decides whether a VM can run there'],
  [/^evidence\/pods\.yaml$/, 'the virt-launcher pods of the VMs'],
  [/^evidence\/configmap\.yaml$/, 'the ConfigMap when the stage failed'],
  [/^evidence\/network-attachment-definition\.yaml$/, 'the network under test'],
  [/^evidence\/.*-created\.yaml$/, 'the VM as it was created'],
  [/^evidence\/.*-last-seen\.yaml$/, 'the VM as last seen'],
  [/^evidence\/.*-timeline\.txt$/, 'phases and conditions of the VM over time'],
  [/^evidence\/.*-guest\.txt$/, 'addresses, routes, neighbours and kernel messages of the guest'],
  [/^evidence\/.*\.log$/, 'log of the virt-launcher pod'],
];
/** The directory of one of several networks: "logs/latency.blue/ping.txt". */
const NETWORK_DIRECTORY = /^(charts|evidence|logs|manifests)\/[^/]+\/(?=[^/]+$)/;
/** Parts of the HTML report. */
const OMITTED = /^html-report\/(?!index\.html$)/;

/** Returns the files below the directory, sorted by path. Never throws: an entry that cannot be read is omitted. */
export async function listRunFiles(directory: string): Promise<ArtifactFile[]> {
  const files = await filesBelow(directory, '');
  return files.filter(({ path: file }) => !OMITTED.test(file)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesBelow(directory: string, below: string): Promise<ArtifactFile[]> {
  const entries = await readdir(path.join(directory, below), { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map(async (entry): Promise<ArtifactFile[]> => {
      const file = path.posix.join(below, entry.name);
      const whole = WHOLE_DIRECTORIES[file];
      if (entry.isDirectory() && whole !== undefined) return [{ path: `${file}/`, description: whole }];
      if (entry.isDirectory()) return await filesBelow(directory, file);
      const stats = await stat(path.join(directory, file)).catch(() => undefined);
      if (!entry.isFile() || stats === undefined) return [];
      const described = file.replace(NETWORK_DIRECTORY, '$1/');
      const description = DESCRIPTIONS.find(([pattern]) => pattern.test(described))?.[1] ?? 'file of the run';
      return [{ path: file, description, bytes: stats.size }];
    });
  return (await Promise.all(found)).flat();
}
