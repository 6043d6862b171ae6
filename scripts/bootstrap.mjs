// SPDX-License-Identifier: Apache-2.0
/**
 * Runs one of the project's scripts on a machine that has only Node (20 or later) and npm: installs the npm packages at their
 * locked versions where they are missing, among them the Node the project runs on. Plain JavaScript without imports of its
 * own, because it runs before there is anything to import.
 *
 *   node scripts/bootstrap.mjs scripts/demo.ts [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = resolve(root, 'node_modules/.installed-lockfile');
const ownNode = resolve(root, 'node_modules/node/bin/node');

function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(resolve(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(ownNode)) return;
  // Standard output is the script's own: a dry run is piped into kubectl.
  console.error('Installing npm packages (npm ci) …');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['inherit', 2, 2],
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  if (!existsSync(ownNode))
    throw new Error(`npm ci left no ${ownNode}: the install script of package "node" did not run`);
  writeFileSync(stamp, wanted);
}

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) throw new Error('usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENT …]');
installPackages();
const path = resolve(root, script);
if (process.versions.node === ownVersion()) {
  process.argv.splice(1, process.argv.length, path, ...rest);
  await import(pathToFileURL(path).href);
} else {
  const child = spawn(ownNode, [path, ...rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Whoever started this one is gone: nobody waits for its child any more.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500);
  child.on('exit', (code) => {
    clearInterval(watch);
    process.exitCode = code ?? 1;
  });
}

function ownVersion() {
  return JSON.parse(readFileSync(resolve(root, 'node_modules/node/package.json'), 'utf8')).version;
}
