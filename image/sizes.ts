// SPDX-License-Identifier: Apache-2.0
/** Computes the sizes of the parts of an image tree. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { partOf } from './contents.ts';
import { filesBelow } from './lay-out.ts';

export interface Part {
  name: string;
  files: number;
  bytes: number;
}

/** Returns the parts, largest first. */
export async function sizesByPart(directory: string): Promise<Part[]> {
  const parts = new Map<string, Part>();
  for (const file of await filesBelow(directory)) {
    const name = partOf(file);
    const part = parts.get(name) ?? { name, files: 0, bytes: 0 };
    parts.set(name, part);
    part.files += 1;
    part.bytes += (await lstat(path.join(directory, file))).size;
  }
  return [...parts.values()].sort((a, b) => b.bytes - a.bytes);
}

export function renderSizes(parts: readonly Part[]): string {
  const total = (field: 'files' | 'bytes') => parts.reduce((sum, part) => sum + part[field], 0);
  return [...parts, { name: 'all', files: total('files'), bytes: total('bytes') }]
    .map(({ name, files, bytes }) => {
      const megabytes = (bytes / 1e6).toFixed(2);
      return `  ${name.padEnd(28)}${megabytes.padStart(6)} MB ${String(files).padStart(6)} ${files === 1 ? 'file' : 'files'}`;
    })
    .join('\n');
}
