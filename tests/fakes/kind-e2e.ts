// SPDX-License-Identifier: Apache-2.0
/** `npm run kind:e2e` with fakes in PATH and a lab for its cluster. */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestInfo } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { objectAt } from '../../lab/objects.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { startCheckup, type Checkup } from '../support/checkup-process.ts';
import type { RecordedCommand } from './fake-command.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const PROGRAMS = ['kind', 'docker', 'go', 'kubectl'];
const LIMIT_MS = 170_000;

export interface EndToEnd {
  run: Checkup;
  /** Returns the commands that the fakes received, in order. */
  recordedCommands: () => RecordedCommand[];
  artifacts: string;
}

export interface EndToEndOptions {
  /** Arguments of the script. */
  args?: string[];
  /** Variables of fake-command.ts. */
  env?: Record<string, string>;
}

export async function startEndToEnd(
  lab: Lab,
  testInfo: TestInfo,
  { args = [], env }: EndToEndOptions = {},
): Promise<EndToEnd> {
  const bin = mkdtempSync(testInfo.outputPath('bin-'));
  const log = path.join(bin, 'commands.jsonl');
  writeFileSync(log, '');
  for (const program of PROGRAMS) {
    const file = path.join(bin, program);
    const fake = path.join(import.meta.dirname, 'fake-command.ts');
    writeFileSync(file, `#!/bin/sh\n# FAKE\nexec '${process.execPath}' '${fake}' ${program} "$@"\n`);
    chmodSync(file, 0o755);
  }
  const artifacts = testInfo.outputPath('artifacts');
  const run = startCheckup('', artifacts, {
    command: [process.execPath, path.join(ROOT, 'scripts/kind-e2e.ts')],
    args,
    limitMs: LIMIT_MS,
    env: {
      PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
      TMPDIR: testInfo.outputDir,
      FAKE_LOG: log,
      FAKE_BIN: bin,
      FAKE_KUBECONFIG: lab.kubeconfig,
      FAKE_KUBECTL: await ensureKubectl(),
      ...env,
    },
  });
  const recordedCommands = () => {
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as RecordedCommand);
  };
  return { run, recordedCommands, artifacts };
}

/** FAKE of the bridge marker: a node offers the bridge after its creation there. Returns a function that stops it. */
export function markBridges(lab: Lab, commands: () => RecordedCommand[]): () => void {
  const marked = new Set<string>();
  const timer = setInterval(() => {
    for (const { line } of commands()) {
      const node = /^docker exec (\S+) ip link set br10 up$/.exec(line)?.[1];
      if (node === undefined || marked.has(node)) continue;
      marked.add(node);
      const object = lab.get('nodes', undefined, node) ?? {};
      const allocatable = { ...objectAt(object, 'status', 'allocatable'), 'bridge.network.kubevirt.io/br10': '1k' };
      lab.createObject({ ...object, status: { ...objectAt(object, 'status'), allocatable } });
    }
  }, 100);
  return () => {
    clearInterval(timer);
  };
}
