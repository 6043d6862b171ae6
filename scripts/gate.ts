/** `npm test`: everything that must hold before a change lands. With `--full`: what takes longer. */
import { $ } from 'zx';
import { NotAllowedError } from './as-root.ts';
import { ensureChromium } from './browser.ts';
import { ensureGuests, NoGuestsError } from './guest-image.ts';

const QUICK: Record<string, string[]> = {
  types: ['tsc'],
  lint: ['eslint', '.', '--max-warnings', '0'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  'unused code': ['knip'],
  'workflows and shell': ['node', 'scripts/lint-ci.ts'],
  tests: [
    'playwright',
    'test',
    '-c',
    'tests/playwright.config.ts',
    '--project=unit',
    '--project=contract',
    '--project=lab',
    '--project=e2e',
    '--project=real',
  ],
};
const FULL: Record<string, string[]> = {
  'slow tests': ['playwright', 'test', '-c', 'tests/playwright.config.ts', '--project=slow'],
  'slow tests, one at a time': ['playwright', 'test', '-c', 'tests/playwright.config.ts', '--project=slow-alone'],
};

async function gate(checks: Record<string, string[]>): Promise<string[]> {
  try {
    await ensureGuests();
  } catch (error) {
    if (!(error instanceof NoGuestsError)) throw error;
    console.log(`No real guests here, so the tests that need them will fail: ${error.message}`);
  }
  try {
    await ensureChromium();
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
    console.log(`No browser here, so the tests that need one will fail: ${error.message}`);
  }
  const failed: string[] = [];
  for (const [name, command] of Object.entries(checks)) {
    const start = performance.now();
    console.log(`── ${name}: ${command.join(' ')}`);
    const { exitCode } = await $({ preferLocal: true, nothrow: true, stdio: 'inherit' })`${command}`;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`── ${name}: ${exitCode === 0 ? 'ok' : 'FAILED'} in ${seconds}s`);
    if (exitCode !== 0) failed.push(name);
  }
  return failed;
}

const failed = await gate(process.argv.includes('--full') ? FULL : QUICK);
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
