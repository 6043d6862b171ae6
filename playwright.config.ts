// SPDX-License-Identifier: Apache-2.0
/** Declares the run. It never validates and never throws: a config that throws runs no reporter at all. */
import { devNull } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import type { ArtifactsOptions } from './fixtures/artifacts.fixture.ts';
import { CHECKS } from './reporters/checks.ts';
import { EXTENSION } from './reporters/extension.ts';
import { artifactsDirectory, scratchDirectory } from './reporters/artifacts/directory.ts';
import { screenOf } from './reporters/views/screen.ts';
import { surviveOutput } from './reporters/supervision/output.ts';
import { suppressNodeDebug } from './reporters/supervision/node-debug.ts';
import { leaveSignalsToRunner, ownSignals } from './reporters/supervision/interruption.ts';

// A worker is a forked child with an IPC channel and its own entry; everything else is the main process.
const isWorker = process.send !== undefined && /[/\\]playwright[/\\]lib[/\\]/.test(process.argv[1] ?? '');
// Workers load this file too and must come to the same directories.
const HANDED_ON = { scratch: 'KUBEVIRT_VM_LATENCY_SCRATCH', unfinished: 'KUBEVIRT_VM_LATENCY_UNFINISHED' };
const isList = process.argv.includes('--list');

if (isWorker) leaveSignalsToRunner();
else {
  ownSignals();
  surviveOutput();
  const removed = suppressNodeDebug();
  if (removed.length > 0) {
    console.warn(`warning: ${removed.join(', ')} is ignored: debug output of Node would show the credentials`);
  }
  // They take precedence over the directories of the reports, which are cleared first.
  const moved = Object.keys(process.env).filter((name) => /^PLAYWRIGHT_(HTML|JUNIT|JSON|BLOB)_/.test(name));
  for (const name of moved) Reflect.deleteProperty(process.env, name);
  if (moved.length > 0) console.warn(`warning: ${moved.join(', ')} is ignored: reports are written to the artifacts`);
  const wanted = process.env['ARTIFACTS_DIR'] || path.join(import.meta.dirname, 'artifacts');
  // A list of what would run writes nothing.
  const artifacts = isList
    ? { directory: path.resolve(wanted), unfinished: '/dev/null/none' }
    : await artifactsDirectory(wanted);
  process.env['ARTIFACTS_DIR'] = artifacts.directory;
  process.env[HANDED_ON.unfinished] = artifacts.unfinished;
  process.env[HANDED_ON.scratch] = scratchDirectory(artifacts) ?? '';
  // The runner's note for --last-failed: of no use with one test, and a run whose note cannot be written is a failed one.
  process.env['PLAYWRIGHT_LAST_RUN_OUTPUT_FILE'] ??= devNull;
}
const screen = screenOf(process.env);
// The runner sets FORCE_COLOR for its workers, and Node warns where it finds both.
delete process.env['NO_COLOR'];
const artifacts = {
  directory: process.env['ARTIFACTS_DIR'] ?? '',
  unfinished: process.env[HANDED_ON.unfinished] ?? '',
};
const scratch = process.env[HANDED_ON.scratch] ?? '';

export default defineConfig<ArtifactsOptions>({
  testDir: './checks',
  // A list of what would run reads no ConfigMap; in a run, the reporter chooses the check from the topology of the input.
  testMatch: isList ? CHECKS[process.env['TOPOLOGY'] === 'mesh' ? 'mesh' : 'pair'] : Object.values(CHECKS),
  // Node runs this TypeScript as it is: what the runner need not translate costs neither time nor memory, nor a cache to keep it in.
  build: { external: ['**/*.ts'] },
  outputDir: scratch === '' ? '/nowhere' : scratch,
  use: { artifacts },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // The run's own clock (spec.timeout) bounds the stages; Playwright's must never cut it short.
  timeout: 0,
  // A list of what would run must not replace the reports of what did.
  reporter: isList
    ? 'list'
    : [
        [`./reporters/reports${EXTENSION}`, { artifacts, writable: scratch !== '' }],
        // Last, so that its last line is the last line.
        [`./reporters/kiagnose-reporter${EXTENSION}`, { artifacts, screen }],
      ],
});
