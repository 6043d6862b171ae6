// SPDX-License-Identifier: Apache-2.0
/**
 * Unpacks the archive from a pod. It is untrusted: only regular files and directories are created, below one empty directory,
 * with limits of size and number.
 */
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { extract, type Header } from 'tar-stream';
import { messageOf } from '../model/errors.ts';
import { quoted } from '../model/text.ts';

export interface UnpackLimits {
  /** Limit of all files together. */
  bytes: number;
  entries: number;
}

/** Limit of entries of each refused type in the warning. */
const NAMED = 3;
/** A tar archive ends with blocks of zeros. POSIX.1-2024, pax, "ustar Interchange Format" */
const BLOCK_BYTES = 512;
/** Limit of the depth of a path: the reports need 5. */
const DEPTH = 20;

/** Unpacks all complete files into a directory, which must be empty. Returns one line for each missing part. */
export async function unpack(archive: string, directory: string, limits: UnpackLimits): Promise<string[]> {
  if (readdirSync(directory).length > 0) throw new Error(`${directory} is not empty`);
  const skipped = new Map<string, string[]>();
  let [bytes, entries] = [0, 0];
  try {
    for await (const entry of createReadStream(archive).pipe(extract())) {
      const { header } = entry;
      const place = placeOf(header.name, directory);
      const why = place === undefined ? 'has an unexpected path' : refusal(header);
      entries += 1;
      if (entries > limits.entries) throw new Error(`it has more than ${limits.entries} entries`);
      if (place !== undefined && why === undefined) {
        bytes += header.size;
        if (bytes > limits.bytes) throw new Error(`its files have more than ${limits.bytes} bytes`);
        if (header.type === 'directory') mkdirSync(place, { recursive: true, mode: 0o755 });
        else await writeNew(entry, place);
      } else skipped.set(why ?? '', [...(skipped.get(why ?? '') ?? []), header.name]);
      entry.resume();
    }
    if (!(await endsAsArchive(archive))) throw new Error('it ends too early');
  } catch (error) {
    return [...describe(skipped), `the archive is damaged or too big, and unpacked in part: ${messageOf(error)}`];
  }
  return describe(skipped);
}

/** Returns undefined for a path that leaves the directory or is too deep. */
function placeOf(name: string, directory: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0') || parts.length > DEPTH) return undefined;
  return path.join(directory, ...parts);
}

function refusal({ type }: Header): string | undefined {
  return type === 'file' || type === 'directory' ? undefined : `is of type ${quoted(type)}`;
}

/** Writes a new file: never through a link or over another file. A truncated file is deleted. */
async function writeNew(content: AsyncIterable<unknown>, file: string): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const handle = await open(file, 'wx', 0o644);
  try {
    for await (const chunk of content) await handle.write(chunk as Buffer);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function endsAsArchive(archive: string): Promise<boolean> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(BLOCK_BYTES, 1);
    await file.read(last, 0, BLOCK_BYTES, Math.max(0, size - BLOCK_BYTES));
    return last.every((byte) => byte === 0);
  } finally {
    await file.close();
  }
}

function describe(skipped: ReadonlyMap<string, readonly string[]>): string[] {
  return [...skipped].map(([why, names]) => {
    const named = names.slice(0, NAMED).map((name) => quoted(name));
    const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
    return `not unpacked, since it ${why}: ${named.join(', ')}${more}`;
  });
}
