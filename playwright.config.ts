/** Declares the run. It never validates and never throws: a config that throws runs no reporter at all. */
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { artifactsDirectory } from './reporters/artifacts-directory.ts';
import { ignoreHangup, ownSignals, surviveClosedOutput } from './reporters/interruption.ts';

// A worker is a forked child with an IPC channel and its own entry; everything else is the main process.
const isWorker = process.send !== undefined && /[/\\]playwright[/\\]lib[/\\]/.test(process.argv[1] ?? '');

if (isWorker) ignoreHangup();
else {
  ownSignals();
  surviveClosedOutput();
}
const artifacts = artifactsDirectory(process.env['ARTIFACTS_DIR'] || path.join(import.meta.dirname, 'artifacts'));
// Workers load this file too and must come to the same directory.
process.env['ARTIFACTS_DIR'] = artifacts;

export default defineConfig({
  testDir: './checks',
  testMatch: '*.check.ts',
  outputDir: path.join(artifacts, 'test-results'),
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // The run's own clock (spec.timeout) bounds the stages; Playwright's must never cut it short.
  timeout: 0,
  // A list of what would run must not replace the reports of what did.
  reporter: process.argv.includes('--list')
    ? 'list'
    : [
        ['html', { open: 'never', outputFolder: path.join(artifacts, 'html-report') }],
        ['allure-playwright', { resultsDir: path.join(artifacts, 'allure-results') }],
        // Last, so that its last line is the last line.
        ['./reporters/kiagnose-reporter.ts'],
      ],
});
