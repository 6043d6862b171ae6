/**
 * Self-tests. Directories say which behaviour a test covers, tags what it costs: `@slow` runs only in the full suite, `@real`
 * starts real guests, `@alone` measures time or memory, `@cluster` needs the cluster of KUBECONFIG.
 */
import path from 'node:path';
import { defineConfig } from '@playwright/test';

const artifacts = path.join(import.meta.dirname, '..', 'artifacts', 'self-test');

export default defineConfig({
  testMatch: '**/*.spec.ts',
  outputDir: path.join(artifacts, 'test-results'),
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 120_000,
  reporter: [['list'], ['./matrix-table.ts'], ['./closing-line.ts']],
  projects: [
    { name: 'unit', testDir: './unit', grepInvert: /@slow/ },
    // The lab's own tests, which run if the lab changed.
    { name: 'contract', testDir: '../lab/tests/contract', timeout: 30_000 },
    { name: 'lab', testDir: '../lab/tests', testIgnore: 'contract/**' },
    { name: 'e2e', testMatch: ['e2e/**/*.spec.ts', 'resilience/**/*.spec.ts'], grepInvert: /@slow/ },
    // One at a time: guests under emulation that share two cores measure each other.
    { name: 'real', testDir: './real', grepInvert: /@slow|@cluster/, workers: 1 },
    { name: 'slow', grep: /@slow/, grepInvert: /@real|@alone/ },
    { name: 'slow-alone', grep: /(@real|@alone).*@slow/, workers: 1, timeout: 300_000 },
    // Opt-in: docs/kind.md says what the cluster must have.
    { name: 'cluster', grep: /@cluster/, workers: 1, timeout: 1_500_000 },
  ],
});
