// SPDX-License-Identifier: Apache-2.0
/** No foreign code runs: a local user could put a translated configuration into the shared temporary directory. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { CLI_COMMAND } from '../support/checkup-process.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TRANSFORM_CACHE = 'PLAYWRIGHT_TRANSFORM_CACHE_DIR';

/** Runs a command that loads the configuration without a check. */
function load([program = '', ...rest]: readonly string[], env: Record<string, string | undefined>): string {
  const own = { TEST_WORKER_INDEX: undefined, NODE_OPTIONS: undefined, [TRANSFORM_CACHE]: undefined };
  return execFileSync(program, [...rest, '--list'], {
    cwd: ROOT,
    encoding: 'utf8' as const,
    stdio: 'pipe',
    env: { ...process.env, ...own, ...env },
  });
}

test("neither the entrypoint nor npx runs code from Playwright's directory in /tmp", ({}, testInfo) => {
  const tmp = testInfo.outputPath('tmp');
  const foreign = path.join(tmp, `playwright-transform-cache-${process.geteuid?.() ?? ''}`);
  mkdirSync(foreign, { recursive: true });
  const env = { TMPDIR: tmp, ARTIFACTS_DIR: testInfo.outputPath('artifacts') };
  load(CLI_COMMAND, { ...env, [TRANSFORM_CACHE]: foreign });
  const marker = testInfo.outputPath('it-ran');
  const added = `import { writeFileSync as mark } from 'node:fs';\nmark(${JSON.stringify(marker)}, '');\n`;
  const files = readdirSync(foreign, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    // The first line is the digest of what follows.
    const [, ...lines] = readFileSync(path.join(foreign, file), 'utf8').split('\n');
    const code = added + lines.join('\n');
    writeFileSync(path.join(foreign, file), `// ${createHash('sha1').update(code).digest('hex')}\n${code}`);
  }
  for (const command of [CLI_COMMAND, ['npx', 'playwright', 'test']]) {
    expect(load(command, env)).toContain('Total: 1 test in 1 file');
    expect(existsSync(marker)).toBe(false);
  }
  // The runner executes such files.
  load(CLI_COMMAND, { ...env, [TRANSFORM_CACHE]: foreign });
  expect(existsSync(marker)).toBe(true);
});
