/** Where a run may write: the verdict never depends on the disk, so what cannot be written to is replaced. Nothing here throws. */
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

/** What the reports take, and some more. */
const REQUIRED_BYTES = 2 ** 20;
const PREFIX = 'kubevirt-vm-latency-';
/** In memory, where it exists: a disk that fills up during the run does not touch it. */
const SHARED_MEMORY = '/dev/shm';
/** No file can be made there. */
const UNWRITABLE_DIRECTORY = '/dev/null/artifacts';
/** Written again and again by a run that goes on; its time is compared with that of a new file on the same disk. */
const HEARTBEAT_FILE = '.running';
const HEARTBEAT_INTERVAL_MS = 5000;
const HEARTBEAT_EXPIRES_MS = 30_000;

export interface Artifacts {
  readonly directory: string;
  /** In it, and of this run alone: what a run writes is there until the run ends. */
  readonly unfinished: string;
}

/**
 * `wanted`, made if missing; or a fresh directory under the system's, with a warning, where it cannot be written to, has no room,
 * is in use or holds entries of a run's names that no run made. Where there is no room anywhere it is `wanted` all the same: each
 * report that is missing will be told.
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

/** Begins a run in a directory, or answers what is wrong with it. */
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
 * A directory for the runner's own files, gone when the process ends; undefined where there is room for none. The runner cannot
 * start without, and counts what it fails to write there as a failure of the check: so it is none that may fill up, if that can
 * be helped.
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

/** Removes the run's own directory, with what it did not publish if `all`; otherwise only if nothing is left there. */
export async function endRun({ unfinished }: Artifacts, all: boolean): Promise<void> {
  if (all) await rm(unfinished, { recursive: true, force: true });
  else {
    await rm(path.join(unfinished, HEARTBEAT_FILE), { force: true });
    await rmdir(unfinished);
  }
}

/** Undefined where it could not be done. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Whose it is: on one machine, or in one container, a process that is gone is known to be. */
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

/** Level by level: the recursive form never returns under /proc. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await stat(directory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await makeDirectory(path.dirname(directory));
    await mkdir(directory);
  }
}

/** What earlier runs left is replaced, and may belong to another user. */
async function requireWritable(entry: string): Promise<void> {
  if ((await statOf(entry))?.isDirectory()) await access(entry, constants.W_OK);
}

/** Only writing tells: root may write to anything, and a disk may be full, or its quota used up. */
async function requireSpace(directory: string): Promise<void> {
  const probe = path.join(directory, 'room');
  try {
    await writeFile(probe, Buffer.alloc(REQUIRED_BYTES));
  } finally {
    await rm(probe, { force: true });
  }
}
