/** Declares the run. It never validates and never throws: a config that throws runs no reporter at all. */
import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { ownSignals } from './reporters/interruption.ts';

// A worker is a forked child with an IPC channel and its own entry; everything else is the main process.
const isWorker = process.send !== undefined && /[/\\]playwright[/\\]lib[/\\]/.test(process.argv[1] ?? '');

function artifactsDirectory(): string {
  const wanted = path.resolve(process.env['ARTIFACTS_DIR'] ?? path.join(import.meta.dirname, 'artifacts'));
  try {
    mkdirSync(wanted, { recursive: true });
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    const fallback = mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-'));
    console.warn(`warning: artifacts directory ${wanted} is not writable: using ${fallback}`);
    return fallback;
  }
}

if (!isWorker) ownSignals();
const artifacts = artifactsDirectory();
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
  reporter: [
    ['html', { open: 'never', outputFolder: path.join(artifacts, 'html-report') }],
    ['allure-playwright', { resultsDir: path.join(artifacts, 'allure-results') }],
    // Last, so that its last line is the last line.
    ['./reporters/kiagnose-reporter.ts'],
  ],
});
