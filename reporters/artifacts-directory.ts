/** Where reports go: the verdict never depends on the disk, so what cannot be written is replaced. */
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** `wanted`, made if missing; or a fresh directory under the system's, with a warning, where it cannot be written to. */
export function artifactsDirectory(wanted: string): string {
  const directory = path.resolve(wanted);
  try {
    make(directory);
    requireWritable(directory);
    return directory;
  } catch {
    const fallback = mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-'));
    console.warn(`warning: artifacts directory ${directory} is not writable: using ${fallback}`);
    return fallback;
  }
}

/** Level by level: the recursive form never returns under /proc. */
function make(directory: string): void {
  if (existsSync(directory)) return;
  make(path.dirname(directory));
  mkdirSync(directory);
}

/** Playwright clears what an earlier run left, which may belong to another user. */
function requireWritable(directory: string): void {
  accessSync(directory, constants.W_OK);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) requireWritable(path.join(directory, entry.name));
  }
}
