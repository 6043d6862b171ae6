// SPDX-License-Identifier: Apache-2.0
/** The workflows, and their pre-merge check. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../../lab/objects.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { VERSIONS } from '../../../scripts/kind/versions.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const WORKFLOWS = path.join(ROOT, '.github', 'workflows');
const texts = Object.fromEntries(
  readdirSync(WORKFLOWS).map((file) => [file, readFileSync(path.join(WORKFLOWS, file), 'utf8')]),
);
const workflows = Object.fromEntries(Object.entries(texts).map(([file, text]) => [file, parse(text) as JsonObject]));
const jobsOf = (workflow: JsonObject) => Object.entries(objectAt(workflow, 'jobs') ?? {}) as [string, JsonObject][];
const stepsOf = (job: JsonObject): JsonObject[] => objectsAt(job, 'steps');

/** The permissions of jobs that need more than those of their workflow. */
const PERMISSIONS: Record<string, Record<string, string[]>> = {
  'release.yml': {
    test: ['contents: read'],
    image: ['contents: read', 'id-token: write', 'packages: write'],
    assets: ['contents: read'],
    npm: ['id-token: write'],
    release: ['contents: write'],
  },
};

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

for (const [file, workflow] of Object.entries(workflows)) {
  test(`${file}: each job has its permissions and a time limit, and actions are pinned by commit`, () => {
    expect(objectAt(workflow, 'concurrency')).toBeDefined();
    const all = objectAt(workflow, 'permissions') ?? { none: 'read-all is the default of some repositories' };
    expect(Object.values(all).filter((access) => access !== 'read')).toEqual([]);
    for (const [name, job] of jobsOf(workflow)) {
      expect(at(job, 'timeout-minutes')).toBeGreaterThan(0);
      const scopes = Object.keys(objectAt(job, 'permissions') ?? {});
      const own = scopes.map((scope) => `${scope}: ${textAt(job, 'permissions', scope) ?? ''}`);
      expect([name, own]).toEqual([name, PERMISSIONS[file]?.[name] ?? []]);
      const actions = stepsOf(job).flatMap((step) => textAt(step, 'uses') ?? []);
      expect(actions.length).toBeGreaterThan(0);
      for (const action of actions) expect(action).toMatch(/^(actions|docker|sigstore)\/[a-z-]+@[0-9a-f]{40}$/);
    }
    const pinned = texts[file]?.match(/uses: .*$/gm) ?? [];
    for (const line of pinned) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
  });

  test(`${file}: its commands exist, and contain no expressions`, () => {
    for (const [, job] of jobsOf(workflow)) {
      for (const command of stepsOf(job).flatMap((step) => textAt(step, 'run') ?? [])) {
        // Values reach a shell as environment variables: in an expression, a name of a branch could be code.
        expect(command).not.toContain('${{');
        for (const [, script = ''] of command.matchAll(/npm run ([\w:]+)/g)) {
          expect(textAt(packageJson, 'scripts', script)).toBeDefined();
        }
        for (const [, program = ''] of command.matchAll(/(?:^|\s)(\.ci\/\w+)/g)) {
          expect(existsSync(path.join(ROOT, program))).toBe(true);
        }
      }
    }
  });
}

test('a release is tested, then built, then published', () => {
  const jobs = objectAt(workflows['release.yml'] ?? {}, 'jobs') ?? {};
  const commands = (name: string): string => JSON.stringify(stepsOf(jobs[name] as JsonObject));
  const publishing = / --push|npm publish|gh release create|cosign sign/;
  expect(commands('test')).toContain('.ci/run');
  expect(commands('test')).toContain('npm run release -- --tag \\"$GITHUB_REF_NAME\\" --check');
  // Whatever is built or published needs the tests.
  for (const name of Object.keys(jobs).filter((name) => name !== 'test')) {
    expect(neededBy(jobs, name), name).toContain('test');
  }
  const published = Object.keys(jobs).filter((name) => publishing.test(commands(name)));
  expect(published).toEqual(['image', 'npm', 'release']);
  expect(neededBy(jobs, 'npm')).toEqual(['test', 'image', 'assets']);
  expect(neededBy(jobs, 'release')).toEqual(['test', 'image', 'assets', 'npm']);
});

/** Returns the jobs that end before this one begins, in their order. */
function neededBy(jobs: JsonObject, name: string): string[] {
  const direct = [at(jobs, name, 'needs') ?? []].flat() as string[];
  return [...new Set(direct.flatMap((one) => [...neededBy(jobs, one), one]))];
}

test('the kind workflow runs for a change of any module that its command and tests load', () => {
  const globs = (at(workflows['e2e.yml'] ?? {}, 'on', 'pull_request', 'paths') as string[]).map(String);
  const loaded = [...importsOf(['scripts/kind-e2e.ts', 'tests/real/cluster.spec.ts', 'tests/playwright.config.ts'])];
  expect(loaded).toEqual(expect.arrayContaining(['lab/objects.ts', 'scripts/kind/versions.ts']));
  const started = ['scripts/bootstrap.mjs', 'playwright.config.ts', 'checks/vm-latency.check.ts', 'package-lock.json'];
  const built = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').match(/(?<=^!).+$/gm) ?? [];
  for (const file of [...loaded, ...started, ...built]) {
    const matched = globs.some((glob) => path.matchesGlob(file, glob) || glob === `${file}/**`);
    expect(matched, file).toBe(true);
  }
});

/** Returns the modules of this checkout that are imported from these, themselves included. */
function importsOf(files: readonly string[], found = new Set<string>()): Set<string> {
  for (const file of files.filter((one) => !found.has(one))) {
    found.add(file);
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const imported = [...text.matchAll(/from '(\.[^']+\.ts)'/g)].map(([, from = '']) => from);
    importsOf(
      imported.map((from) => path.join(path.dirname(file), from)),
      found,
    );
  }
  return found;
}

test('the versions of the kind cluster are set in one place', () => {
  const elsewhere = [...Object.values(texts), readFileSync(path.join(ROOT, 'docs', 'kind.md'), 'utf8')].join('\n');
  for (const version of Object.values(VERSIONS)) expect(elsewhere).not.toContain(version);
});

test('Renovate finds the versions that are in no manifest', () => {
  const { customManagers } = JSON.parse(readFileSync(path.join(ROOT, '.github', 'renovate.json'), 'utf8')) as {
    customManagers: { managerFilePatterns: [string]; matchStrings: [string]; depNameTemplate: string }[];
  };
  const found = customManagers.map(({ managerFilePatterns: [pattern], matchStrings: [regex], depNameTemplate }) => {
    const file = pattern.replace(/^\/\^|\$\/$|\\/g, '');
    const matches = [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(new RegExp(regex, 'g'))];
    return [depNameTemplate, matches.map(({ groups }) => [groups?.['currentValue'], groups?.['currentDigest']])];
  });
  const [, tag, digest] = /:(.*)@(.*)/.exec(VERSIONS.node) ?? [];
  expect(found).toEqual([
    ['node', [[packageJson.dependencies.node, undefined]]],
    ['kubernetes-sigs/kind', [[VERSIONS.kind, undefined]]],
    ['kindest/node', [[tag, digest]]],
    ['kubevirt/kubevirt', [[VERSIONS.kubevirt, undefined]]],
    ['kubevirt/cluster-network-addons-operator', [[VERSIONS.networkAddons, undefined]]],
  ]);
});
