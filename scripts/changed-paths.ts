// SPDX-License-Identifier: Apache-2.0
import { $ } from 'zx';

/** Branches that a change may be based on, in the order in which they are tried. */
const BASE_BRANCHES = ['origin/HEAD', 'origin/main', 'main'];

/**
 * Returns the paths, relative to `root`, that differ from the merge base with the main branch: commits, uncommitted changes and
 * untracked files. A renamed file counts under both names. Returns `undefined` in CI (`CI` is set), and where the merge base is
 * unknown: outside a repository, in a shallow clone, or on a main branch that has no remote.
 */
export async function findChangedPaths(root: string, env = process.env): Promise<string[] | undefined> {
  if (env.CI) return undefined;
  const git = async (...args: string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await $({ cwd: root, nothrow: true, quiet: true })`git ${args}`;
    return exitCode === 0 ? stdout : undefined;
  };
  const base = await findMergeBase(git);
  if (base === undefined) return undefined;
  const changed = await git('diff', '--name-only', '--no-renames', '--relative', '-z', base);
  const untracked = await git('ls-files', '--others', '--exclude-standard', '-z');
  if (changed === undefined || untracked === undefined) return undefined;
  return (changed + untracked).split('\0').filter(Boolean);
}

async function findMergeBase(git: (...args: string[]) => Promise<string | undefined>): Promise<string | undefined> {
  const current = (await git('branch', '--show-current'))?.trim();
  for (const branch of BASE_BRANCHES) {
    if (branch === current) continue;
    const base = await git('merge-base', 'HEAD', branch);
    if (base !== undefined) return base.trim();
  }
  return undefined;
}

/**
 * Returns whether tests that depend on `paths` must run. A path that ends in `/` is a directory, any other one a file. If the
 * changes are unknown (`undefined`), the tests must run.
 */
export function isAffected(paths: readonly string[], changed: readonly string[] | undefined): boolean {
  if (changed === undefined) return true;
  return changed.some((file) => paths.some((path) => (path.endsWith('/') ? file.startsWith(path) : file === path)));
}
