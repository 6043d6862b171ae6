// SPDX-License-Identifier: Apache-2.0
/**
 * Writes install.yaml and run.yaml of a release: `node scripts/release/manifests.ts --image IMAGE@sha256:DIGEST --out DIRECTORY`. Both
 * are made from manifests/.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { messageOf } from '../../model/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ensureKubectl } from '../kubectl.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const BY_DIGEST = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

const INSTALL_HEAD = `# kubevirt-vm-latency ${packageJson.version}: namespace, permissions, and a CronJob from which runs are started. No run starts by itself.
# Apply it, then run.yaml. Start a run:
#   kubectl create job -n latency run-1 --from=cronjob/kubevirt-vm-latency
# docs/install.md describes schedules, other namespaces and several instances.
`;

const RUN_HEAD = `# Input and results of the checkup that install.yaml starts (kubevirt-vm-latency ${packageJson.version}).
# Change the network below; everything else is optional. Applying this file again keeps results and history.
`;

const OVERWRITE = `  # Required: without this key, each run after the first run refuses to overwrite results.
  spec.param.overwriteResults: 'true'
`;

export interface ManifestsRequest {
  /** "registry/name@sha256:…" */
  image: string;
  /** It is created. */
  directory: string;
}

/** Writes install.yaml and run.yaml. @returns their paths @throws Error if the image has no digest */
export async function writeManifests({ image, directory }: ManifestsRequest): Promise<string[]> {
  if (!BY_DIGEST.test(image)) throw new Error(`--image "${image}": expected NAME@sha256: and 64 hexadecimal digits`);
  await mkdir(directory, { recursive: true });
  const texts = { 'install.yaml': await renderInstall(image), 'run.yaml': await renderRun() };
  return Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      const file = path.join(directory, name);
      await writeFile(file, text);
      return file;
    }),
  );
}

async function renderInstall(image: string): Promise<string> {
  const build = ['kustomize', path.join(import.meta.dirname, 'install')];
  const { stdout } = await promisify(execFile)(await ensureKubectl(), build);
  return replaced(INSTALL_HEAD + stdout, [
    [/image: kubevirt-vm-latency:\S+$/m, `image: ${image}`],
    [/^ {2}suspend: true$/m, '  # Set this to false for a run at each time of the schedule above. Default: true.\n$&'],
  ]);
}

/** Copies manifests/config.yaml as text: kustomize drops comments. */
async function renderRun(): Promise<string> {
  const text = await readFile(path.join(ROOT, 'manifests', 'config.yaml'), 'utf8');
  return replaced(text, [
    [/^# Input and results of the checkup\.\n/m, RUN_HEAD],
    [/^ {2}name: kubevirt-vm-latency-config$/m, '  name: kubevirt-vm-latency-scheduled'],
    [/^ {4}kiagnose\/checkup-type: /m, '    app.kubernetes.io/name: kubevirt-vm-latency\n$&'],
    [/of the Job\.$/m, 'of the CronJob.'],
    [
      /^ {2}spec\.param\.networkAttachmentDefinitionNamespace: /m,
      '  # Change: the namespace and the name of the NetworkAttachmentDefinition.\n$&',
    ],
    // The launcher does not use the CronJob.
    [/^ {2}# Only the older kiagnose launcher [\s\S]*?(?=^ {2}# The parameters below)/m, OVERWRITE],
    [/^ {2}# [^\n]*\n {2}# [^\n]*\n {2}# spec\.param\.overwriteResults: [^\n]*\n/m, ''],
    [/^ {2}# generated parameters [^\n]*\n/m, ''],
    [/^ {2}# end of parameters\n/m, ''],
  ]);
}

/** @throws Error if a text to replace is missing */
function replaced(text: string, replacements: readonly (readonly [RegExp, string])[]): string {
  return replacements.reduce((current, [from, to]) => {
    if (!from.test(current)) throw new Error(`manifests/ no longer contains ${from.source}`);
    return current.replace(from, to);
  }, text);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { image: { type: 'string' }, out: { type: 'string' } } });
  const { image = '', out } = values;
  try {
    if (out === undefined) throw new Error('--out is missing: expected a directory');
    for (const file of await writeManifests({ image, directory: out })) console.log(file);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
