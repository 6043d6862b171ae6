/** The workflows, and their pre-merge check. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../../lab/objects.ts';
import { VERSIONS } from '../../../scripts/kind/versions.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const WORKFLOWS = path.join(ROOT, '.github', 'workflows');
const texts = readdirSync(WORKFLOWS).map((file) => readFileSync(path.join(WORKFLOWS, file), 'utf8'));

const UNQUOTED = 'rm -rf $1';
const BAD_WORKFLOW = `on: push
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: ${UNQUOTED}
        timeout_minutes: 3
`;

function lint(folder: string): { status: number | null; stdout: string } {
  const script = path.join(ROOT, 'scripts', 'lint-ci.ts');
  const env = { ...process.env, FORCE_COLOR: '0' };
  return spawnSync(process.execPath, [script, folder], { encoding: 'utf8', env });
}

test('finds errors in a workflow, in the shell of its steps and in a shell file', ({}, testInfo) => {
  const folder = testInfo.outputPath('checkout');
  mkdirSync(path.join(folder, '.github', 'workflows'), { recursive: true });
  writeFileSync(path.join(folder, '.github', 'workflows', 'bad.yml'), BAD_WORKFLOW);
  writeFileSync(path.join(folder, 'run'), `#!/bin/sh\n${UNQUOTED}\n`);
  const { status, stdout } = lint(folder);
  expect(stdout).toMatch(/bad\.yml:7:9 unexpected key "timeout_minutes"/);
  expect(stdout).toMatch(/In run line 2:[^]*SC2086/);
  expect(stdout).toMatch(/bad\.yml:\s+In - line 1:[^]*SC2086/);
  expect(status).toBe(1);
});

test('fails when there is nothing to check', ({}, testInfo) => {
  const folder = testInfo.outputPath('empty');
  mkdirSync(folder);
  expect(lint(folder).status).toBe(1);
});

test('workflows have read permission only, a time limit, a concurrency group and actions pinned by commit', () => {
  expect(texts).toHaveLength(2);
  for (const text of texts) {
    const workflow = parse(text) as JsonObject;
    expect(workflow['permissions']).toEqual({ contents: 'read' });
    expect(at(workflow, 'concurrency', 'cancel-in-progress')).toBe(true);
    for (const job of Object.values(objectAt(workflow, 'jobs') ?? {})) {
      expect(at(job, 'timeout-minutes')).toBeGreaterThan(0);
      const actions = objectsAt(job, 'steps').flatMap((step) => textAt(step, 'uses') ?? []);
      expect(actions.length).toBeGreaterThan(1);
      for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    }
  }
});

test('the versions of the kind cluster are set in one place', () => {
  const elsewhere = [...texts, readFileSync(path.join(ROOT, 'docs', 'kind.md'), 'utf8')].join('\n');
  for (const version of Object.values(VERSIONS)) expect(elsewhere).not.toContain(version);
});
