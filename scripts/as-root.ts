// SPDX-License-Identifier: Apache-2.0
/** Runs commands as root: at once as root or in CI, after a question in a terminal. */
import { createInterface } from 'node:readline/promises';
import { $ } from 'zx';

/** A command that was not allowed or failed. The message contains the manual command. */
export class NotAllowedError extends Error {
  override name = 'NotAllowedError';
}

let arePackageListsNew = false;

/** Installs Debian packages. Only the first installation of a process renews the package lists. @throws NotAllowedError */
export async function install(what: string, ...packages: string[]): Promise<void> {
  await runAsRoot(`install ${what}`, ...(arePackageListsNew ? [] : [['apt-get', 'update', '-qq']]), [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...packages,
  ]);
  arePackageListsNew = true;
}

/** Runs commands as root. @throws NotAllowedError */
export async function runAsRoot(why: string, ...commands: string[][]): Promise<void> {
  const commandLine = commands.map((command) => command.join(' ')).join(' && ');
  const isRoot = process.getuid?.() === 0;
  if (
    !isRoot &&
    !process.env['CI'] &&
    !(await confirm(`To ${why}, this needs root: ${commandLine}\nGo ahead? [y/N] `))
  ) {
    throw new NotAllowedError(`not allowed to ${why}; do it yourself with: ${commandLine}`);
  }
  console.log(`Running ${commandLine} …`);
  for (const command of commands) {
    const { exitCode, stderr } = await $({ nothrow: true, stdio: ['inherit', 'pipe', 'pipe'] })`${
      isRoot ? command : ['sudo', ...command]
    }`;
    if (exitCode !== 0) throw new NotAllowedError(`could not ${why}: ${command.join(' ')}: ${stderr.trim()}`);
  }
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface(process.stdin, process.stdout);
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
