// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { findChangedPaths, isAffected } from '../../../scripts/changed-paths.ts';

interface Repository {
  root: string;
  git(...args: string[]): void;
  write(path: string): void;
  commit(...paths: string[]): void;
}

function openRepository(root: string): Repository {
  mkdirSync(root, { recursive: true });
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => {
    execFileSync('git', [...identity, ...args], { cwd: root, stdio: 'pipe' });
  };
  const write = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${path} ${Math.random()}\n`);
  };
  const commit = (...paths: string[]) => {
    paths.forEach(write);
    git('add', '--all');
    git('commit', '--message', 'change', '--allow-empty');
  };
  return { root, git, write, commit };
}

/** `upstream`: a repository with one commit on main; `clone`: its clone. */
const test = base.extend<{ upstream: Repository; clone: Repository }>({
  upstream: async ({}, use, testInfo) => {
    const upstream = openRepository(testInfo.outputPath('upstream'));
    upstream.git('init', '--initial-branch', 'main');
    upstream.commit('README.md', 'lab/lab.ts', 'model/units.ts');
    await use(upstream);
  },
  clone: async ({ upstream }, use, testInfo) => {
    const root = testInfo.outputPath('clone');
    upstream.git('clone', '--quiet', `file://${upstream.root}`, root);
    await use(openRepository(root));
  },
});

test('a fresh clone has no changes', async ({ clone }) => {
  expect(await findChangedPaths(clone.root, {})).toEqual([]);
});

test('commits on a branch, uncommitted, staged and untracked files are changes', async ({ clone }) => {
  clone.git('switch', '--create', 'topic');
  clone.commit('lab/api/new file.ts');
  clone.write('README.md');
  clone.write('model/units.ts');
  clone.git('add', 'model/units.ts');
  clone.write('docs/ä.md');
  const changed = await findChangedPaths(clone.root, {});
  expect(changed?.toSorted()).toEqual(['README.md', 'docs/ä.md', 'lab/api/new file.ts', 'model/units.ts']);
});

test('commits on main that are not pushed are changes', async ({ clone }) => {
  clone.commit('lab/lab.ts');
  expect(await findChangedPaths(clone.root, {})).toEqual(['lab/lab.ts']);
});

test('commits that main got since the branch are no changes', async ({ upstream, clone }) => {
  clone.git('switch', '--create', 'topic');
  clone.commit('README.md');
  upstream.commit('lab/lab.ts');
  clone.git('fetch', '--quiet');
  expect(await findChangedPaths(clone.root, {})).toEqual(['README.md']);
});

test('deleted files are changes, and renamed ones under both names', async ({ clone }) => {
  clone.git('rm', '--quiet', 'README.md');
  clone.git('mv', 'lab/lab.ts', 'model/lab.ts');
  const changed = await findChangedPaths(clone.root, {});
  expect(changed?.toSorted()).toEqual(['README.md', 'lab/lab.ts', 'model/lab.ts']);
});

test('ignored files are no changes', async ({ clone }) => {
  clone.commit('.gitignore');
  writeFileSync(join(clone.root, '.gitignore'), 'artifacts/\n');
  clone.write('artifacts/report.html');
  expect(await findChangedPaths(clone.root, {})).toEqual(['.gitignore']);
});

test('a branch without a remote is compared with the local main', async ({ upstream }) => {
  upstream.git('switch', '--create', 'topic');
  upstream.commit('lab/lab.ts');
  expect(await findChangedPaths(upstream.root, {})).toEqual(['lab/lab.ts']);
});

test('the changes of a main branch without a remote are unknown', async ({ upstream }) => {
  expect(await findChangedPaths(upstream.root, {})).toBeUndefined();
});

test('the changes are unknown without a common commit', async ({ upstream, clone }) => {
  upstream.git('switch', '--orphan', 'other');
  upstream.commit('README.md');
  clone.git('fetch', '--quiet');
  clone.git('switch', '--detach', 'origin/other');
  clone.git('branch', '--delete', '--force', 'main');
  expect(await findChangedPaths(clone.root, {})).toBeUndefined();
});

test('the changes are unknown in a shallow clone that lacks the merge base', async ({ upstream }, testInfo) => {
  upstream.git('switch', '--create', 'topic');
  upstream.commit('lab/lab.ts');
  upstream.git('switch', 'main');
  upstream.commit('README.md');
  const root = testInfo.outputPath('shallow');
  const depth = ['--depth', '1', '--no-single-branch'];
  upstream.git('clone', '--quiet', ...depth, '--branch', 'topic', `file://${upstream.root}`, root);
  expect(await findChangedPaths(root, {})).toBeUndefined();
});

test('the changes are unknown outside a repository', async ({ clone }) => {
  rmSync(join(clone.root, '.git'), { recursive: true });
  // Git must not find the repository of this checkout instead.
  writeFileSync(join(clone.root, '.git'), 'gitdir: missing\n');
  expect(await findChangedPaths(clone.root, {})).toBeUndefined();
});

test('the changes are unknown in CI', async ({ clone }) => {
  expect(await findChangedPaths(clone.root, { CI: 'true' })).toBeUndefined();
});

test('tests are affected by a file, by anything in a directory, and by unknown changes', () => {
  const paths = ['lab/', 'package-lock.json'];
  expect(isAffected(paths, ['README.md', 'lab/api/body.ts'])).toBe(true);
  expect(isAffected(paths, ['package-lock.json'])).toBe(true);
  expect(isAffected(paths, undefined)).toBe(true);
  expect(isAffected(paths, [])).toBe(false);
  expect(isAffected(paths, ['laboratory/lab/a.ts', 'docs/package-lock.json'])).toBe(false);
});
