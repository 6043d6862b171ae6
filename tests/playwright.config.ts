// SPDX-License-Identifier: Apache-2.0
/**
 * Self-tests. Directories say which behaviour a test covers, tags what it costs: `@slow` runs only in the full suite, `@real`
 * starts real guests, `@alone` measures time or memory, `@cluster` needs the cluster of KUBECONFIG. scripts/checks.ts says when tests
 * with `@command`, `@image` and `@kind` run.
 */
import path from 'node:path';
import { defineConfig } from '@playwright/test';

const root = path.join(import.meta.dirname, '..');
const artifacts = path.join(root, 'artifacts', 'self-test');

// Every checkup that a test starts loads the same 13 MB of compiled code: a quarter of its CPU time without the cache.
process.env['NODE_COMPILE_CACHE'] ??= path.join(root, '.cache', 'compiled');

/** Each needs more than a minute on one core. */
const LONG = '**/{history,image-build,linear-text,soak}.spec.ts';

export default defineConfig({
  testMatch: '**/*.spec.ts',
  outputDir: path.join(artifacts, 'test-results'),
  forbidOnly: true,
  retries: 0,
  // A checkup waits for more than half of its time: with five workers, two cores were idle for a quarter of it.
  workers: 6,
  // A page or a process of a busy machine needs more than the 5 s of Playwright.
  expect: { timeout: 15_000 },
  timeout: 120_000,
  reporter: [['list'], ['./matrix-table.ts'], ['./slowest-tests.ts'], ['./closing-line.ts']],
  projects: [
    { name: 'unit', testDir: './unit', grepInvert: /@slow/ },
    // The lab's own tests, which run if the lab changed.
    { name: 'contract', testDir: '../lab/tests/contract', timeout: 30_000 },
    { name: 'lab', testDir: '../lab/tests', testIgnore: 'contract/**', grepInvert: /@slow/ },
    // One at a time: guests under emulation that share two cores measure each other.
    { name: 'real', testDir: './real', grepInvert: /@slow|@cluster|@alone/, workers: 1 },
    { name: 'e2e', testMatch: '{e2e,resilience}/**/*.spec.ts', grepInvert: /@slow/, fullyParallel: true },
    // The longest tests begin first.
    { name: 'long', testMatch: LONG, grep: /@slow/, fullyParallel: true, timeout: 300_000 },
    { name: 'slow-real', testDir: root, grep: /@real.*@slow/, workers: 1, timeout: 300_000 },
    {
      name: 'slow',
      grep: /@slow/,
      grepInvert: /@real|@alone/,
      testIgnore: LONG,
      fullyParallel: true,
      timeout: 300_000,
    },
    { name: 'alone', grep: /@alone/, workers: 1, timeout: 300_000 },
    // Opt-in: docs/kind.md says what the cluster must have.
    { name: 'cluster', grep: /@cluster/, workers: 1, timeout: 1_500_000 },
  ],
});
