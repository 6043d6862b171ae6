// SPDX-License-Identifier: Apache-2.0
/** Selects the directory of a run. The verdict never depends on the disk: a directory without write access is replaced. Never throws. */
import { mkdtempSync, rmSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import {
  CLEARED,
  ForeignEntry,
  RETAINED,
  readList,
  remaining,
  requireOwn,
  statOf,
  UNFINISHED,
  unfinishedRuns,
  writeList,
} from './list.ts';

/** The size of the reports, with a margin. */
const REQUIRED_BYTES = 2 ** 20;
const PREFIX = 'kubevirt-vm-latency-';
/** A file system in memory, if it exists: a full disk does not affect it. */
const SHARED_MEMORY = '/dev/shm';
/** No file can be created in it. */
const UNWRITABLE_DIRECTORY = '/dev/null/artifacts';
/** A run rewrites it at intervals; its time is compared with that of a new file on the same file system. */
const HEARTBEAT_FILE = '.running';
const HEARTBEAT_INTERVAL_MS = 5000;
const HEARTBEAT_EXPIRES_MS = 30_000;

export interface Artifacts {
  readonly directory: string;
  /** The subdirectory of this run, which contains its files until the run ends. */
  readonly unfinished: string;
}

/**
 * Returns `wanted`, and creates it if it is missing. If it is not writable, is full, is in use, or contains foreign entries with names
 * of a run's files, returns a new directory in the system's temporary directory, with a warning. If no directory has space, returns
 * `wanted`: each missing report is logged.
 */
export async function artifactsDirectory(wanted: string): Promise<Artifacts> {
  const directory = path.resolve(wanted);
  const found = await begin(directory);
  if (typeof found === 'object') return found;
  const instead = await beginFresh();
  const then = instead === undefined ? 'and there is no other: reports will be missing' : `using ${instead.directory}`;
  console.warn(`warning: artifacts directory ${directory} ${found}: ${then}`);
  return instead ?? { directory, unfinished: UNWRITABLE_DIRECTORY };
}

async function beginFresh(): Promise<Artifacts | undefined> {
  for (const place of [tmpdir(), '/tmp']) {
    const directory = attempt(() => mkdtempSync(path.join(place, PREFIX)));
    if (directory === undefined) continue;
    const begun = await begin(directory);
    if (typeof begun === 'object') return begun;
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
  return undefined;
}

/** Begins a run in a directory, or returns why it cannot be used. */
async function begin(directory: string): Promise<Artifacts | string> {
  let unfinished: string | undefined;
  try {
    await makeDirectory(directory);
    const list = await readList(directory);
    for (const name of [...CLEARED, ...RETAINED]) await requireOwn(directory, name, list);
    await access(directory, constants.W_OK);
    for (const entry of list) await requireWritable(path.join(directory, entry));
    unfinished = await mkdtemp(path.join(directory, UNFINISHED));
    await writeHeartbeat(unfinished);
    for (const name of await unfinishedRuns(directory, list)) {
      if (await isRunning(path.join(directory, name), unfinished)) throw new ForeignEntry(name);
      await rm(path.join(directory, name), { recursive: true, force: true });
    }
    await writeList(directory, (await remaining(directory, list)).add(`${path.basename(unfinished)}/`));
    await requireSpace(unfinished);
    startHeartbeat(unfinished);
    return { directory, unfinished };
  } catch (error) {
    if (unfinished !== undefined) await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    if (!(error instanceof ForeignEntry)) return `is not writable (${messageOf(error)})`;
    if (error.message.startsWith(UNFINISHED)) return `is in use by another run (${error.message})`;
    return (
      `contains ${error.message}, which no earlier run created; it is not changed ` +
      '(if an earlier version of the checkup left it there, remove it)'
    );
  }
}

/**
 * Returns a directory for Playwright's own files, which is deleted when the process ends; undefined if no directory has space.
 * Playwright cannot start without it, and a failed write there fails the checkup: a file system in memory is preferred.
 */
export function scratchDirectory({ unfinished }: Artifacts): string | undefined {
  for (const place of [SHARED_MEMORY, tmpdir(), '/tmp', unfinished]) {
    const scratch = attempt(() => mkdtempSync(path.join(place, PREFIX)));
    if (scratch === undefined) continue;
    process.on('exit', () => {
      attempt(() => {
        rmSync(scratch, { recursive: true, force: true });
      });
    });
    return scratch;
  }
  return undefined;
}

/** Removes the subdirectory of the run: with unpublished files if `all`, otherwise only if it is empty. */
export async function endRun({ unfinished }: Artifacts, all: boolean): Promise<void> {
  if (all) await rm(unfinished, { recursive: true, force: true });
  else {
    await rm(path.join(unfinished, HEARTBEAT_FILE), { force: true });
    await rmdir(unfinished);
  }
}

/** Returns the result of `act`; undefined if it throws. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** The owner of the directory: on the same machine, or in the same container, an ended process can be recognized. */
const heartbeat = (): string => `${hostname()} ${process.pid}`;

async function writeHeartbeat(unfinished: string): Promise<void> {
  await writeFile(path.join(unfinished, HEARTBEAT_FILE), heartbeat());
}

function startHeartbeat(unfinished: string): void {
  setInterval(() => {
    writeFile(path.join(unfinished, HEARTBEAT_FILE), heartbeat(), { flag: 'r+' }).catch(() => undefined);
  }, HEARTBEAT_INTERVAL_MS).unref();
}

async function isRunning(other: string, own: string): Promise<boolean> {
  const [sign, now] = await Promise.all([other, own].map((run) => statOf(path.join(run, HEARTBEAT_FILE))));
  if (!sign?.isFile() || now === undefined || now.mtimeMs - sign.mtimeMs > HEARTBEAT_EXPIRES_MS) return false;
  const [host, pid] = (await readFile(path.join(other, HEARTBEAT_FILE), 'utf8')).split(' ');
  return host !== hostname() || isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Creates the directory level by level: the recursive form never returns under /proc. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await stat(directory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await makeDirectory(path.dirname(directory));
    await mkdir(directory).catch(async (failure: unknown) => {
      // Another run may have created it meanwhile.
      if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw failure;
    });
  }
}

/** Checks that an entry of an earlier run can be replaced: it may belong to another user. */
async function requireWritable(entry: string): Promise<void> {
  if ((await statOf(entry))?.isDirectory()) await access(entry, constants.W_OK);
}

/** Checks by writing: permissions do not apply to root, and a disk or quota may be full. */
async function requireSpace(directory: string): Promise<void> {
  const probe = path.join(directory, 'room');
  try {
    await writeFile(probe, Buffer.alloc(REQUIRED_BYTES));
  } finally {
    await rm(probe, { force: true });
  }
}
