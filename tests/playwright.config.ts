/** Self-tests: unit (no sockets), the lab held to what real servers answer, and the real command line against the lab. */
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
    { name: 'unit', testDir: './unit' },
    { name: 'contract', testDir: './lab-contract', timeout: 30_000 },
    { name: 'lab', testDir: './lab' },
    // One at a time: guests under emulation that share two cores measure each other.
    { name: 'real', testDir: './real', workers: 1 },
    { name: 'faults', testDir: './faults' },
    { name: 'matrix', testDir: './matrix' },
    { name: 'full', testDir: './full', workers: 1, timeout: 300_000 },
    // Opt-in: against the cluster of KUBECONFIG, with what docs/kind.md names.
    { name: 'cluster', testDir: './cluster', workers: 1, timeout: 1_500_000 },
  ],
});
