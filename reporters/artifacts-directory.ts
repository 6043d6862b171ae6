/** Where a run may write: the verdict never depends on the disk, so what cannot be written to is replaced. Nothing here throws. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../model/errors.ts';

/** What the reports take, and some more. */
const ROOM_BYTES = 2 ** 20;
const PREFIX = 'kubevirt-vm-latency-';
/** What earlier runs left is replaced, and may belong to another user. */
export const REPLACED = [
  ...['html-report', 'allure-results', 'allure-history', 'charts', 'evidence', 'logs', 'manifests'],
  ...['junit.xml', 'result.json'],
];
/** In memory, where it exists: a disk that fills up during the run does not touch it. */
const SHARED_MEMORY = '/dev/shm';

/**
 * `wanted`, made if missing; or a fresh directory under the system's, with a warning, where it cannot be written to or has no
 * room. Where there is no room anywhere it is `wanted` all the same: each report that is missing will be told.
 */
export function artifactsDirectory(wanted: string): string {
  const directory = path.resolve(wanted);
  const why = attempt(() => {
    make(directory);
    requireWritable(directory, REPLACED);
    requireRoom(directory);
  });
  if (why === undefined) return directory;
  const instead = freshDirectory([tmpdir(), '/tmp'], ROOM_BYTES);
  const then = instead === undefined ? 'and there is no other: reports will be missing' : `using ${instead}`;
  console.warn(`warning: artifacts directory ${directory} is not writable (${why}): ${then}`);
  return instead ?? directory;
}

/**
 * A directory for the runner's own files, gone when the process ends; undefined where there is room for none. The runner cannot
 * start without, and counts what it fails to write there as a failure of the check: so it is none that may fill up, if that can
 * be helped.
 */
export function scratchDirectory(artifacts: string): string | undefined {
  const scratch = freshDirectory([SHARED_MEMORY, tmpdir(), '/tmp', artifacts], 0);
  if (scratch === undefined) return undefined;
  process.on('exit', () => {
    attempt(() => {
      rmSync(scratch, { recursive: true, force: true });
    });
  });
  return scratch;
}

/** A directory of this process alone, in the first of `places` with room for one. */
function freshDirectory(places: readonly string[], bytes: number): string | undefined {
  for (const place of places) {
    let directory: string | undefined;
    const why = attempt(() => {
      directory = mkdtempSync(path.join(place, PREFIX));
      requireRoom(directory, bytes);
    });
    if (why === undefined) return directory;
    attempt(() => {
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    });
  }
  return undefined;
}

/** Why it could not be done, if it could not. */
function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Level by level: the recursive form never returns under /proc. */
function make(directory: string): void {
  if (existsSync(directory)) return;
  make(path.dirname(directory));
  mkdirSync(directory);
}

function requireWritable(directory: string, entries: readonly string[]): void {
  accessSync(directory, constants.W_OK);
  for (const name of entries) {
    const entry = path.join(directory, name);
    if (existsSync(entry)) requireWritable(entry, subdirectories(entry));
  }
}

/** None of a file. */
function subdirectories(directory: string): string[] {
  if (!statSync(directory).isDirectory()) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Only writing tells: root may write to anything, and a disk may be full, or its quota used up. */
function requireRoom(directory: string, bytes = ROOM_BYTES): void {
  const probe = path.join(directory, `.${PREFIX}${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(bytes));
  } finally {
    rmSync(probe, { force: true });
  }
}
