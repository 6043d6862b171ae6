// SPDX-License-Identifier: Apache-2.0
/**
 * The directory of a run's artifacts, `<artifacts>/<cluster>/<namespace>.<network>/<start time>`: the runs of one network are next to
 * each other, with their Allure history. So are the runs of the same networks, and those of a mesh.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../model/errors.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { makeDirectory } from '../reporters/artifacts/directory.ts';
import { isRunEntry } from '../reporters/artifacts/list.ts';

/** Names up to this length are used as they are. */
const NAME_LIMIT = 80;
/** Not hidden, no option of a program, no trailing dot, which Windows removes. */
const PORTABLE = /^[A-Za-z0-9](?:[\w.-]*[\w-])?$/;
/** Names of devices, also with an extension. https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Directories of the project's own tests in `artifacts/`, which they delete. */
const OF_TESTS = ['kind-e2e', 'self-test'];
const START_TIME = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\dZ)(?:-(\d{1,4}))?$/;

export interface NetworkDirectoryRequest {
  artifacts: string;
  cluster: string;
  networks: readonly ObjectRef[];
  mesh?: boolean;
}

export interface RunDirectoryRequest extends NetworkDirectoryRequest {
  start: Date;
}

/**
 * Creates a new directory. If it cannot be created, the directory is below the system's temporary directory, with a warning.
 * @throws Error if that is not writable either
 */
export async function createRunDirectory(request: RunDirectoryRequest): Promise<string> {
  const { artifacts } = request;
  try {
    return await createBelow(request);
  } catch (error) {
    const instead = await mkdtemp(path.join(tmpdir(), 'kubevirt-vm-latency-'));
    console.log(`warning: artifacts directory ${artifacts} is not writable (${messageOf(error)}): using ${instead}`);
    return createBelow({ ...request, artifacts: instead });
  }
}

/** Removes the directory if it is empty. */
export async function removeEmptyDirectory(directory: string): Promise<void> {
  await rmdir(directory).catch(() => undefined);
}

/**
 * Returns the same name for the same networks in any order: `<namespace>.<network>`, with "_" between several and before the "mesh" of
 * a mesh. Names in Kubernetes contain no "_".
 */
function nameOfNetworks({ networks, mesh = false }: NetworkDirectoryRequest): string {
  const names = networks.map(({ namespace, name }) => `${namespace}.${name}`).sort();
  return portableName([...names, ...(mesh ? ['mesh'] : [])].join('_'));
}

/** Returns the parent of the directories of the runs on these networks. */
export function networkDirectory(request: NetworkDirectoryRequest): string {
  return path.join(request.artifacts, portableName(request.cluster), nameOfNetworks(request));
}

async function createBelow(request: RunDirectoryRequest): Promise<string> {
  const { start } = request;
  const parent = networkDirectory(request);
  await makeDirectory(parent);
  const name = `${start.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  for (let count = 1; ; count += 1) {
    const directory = path.join(parent, count === 1 ? name : `${name}-${count}`);
    try {
      await mkdir(directory);
      return directory;
    } catch (error) {
      // Another run of this network began in the same second.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/**
 * Returns a name for a file on any system, below its own directory: the text itself if possible, otherwise with "_" for other
 * characters, and with a checksum, which keeps different texts apart.
 */
export function portableName(text: string): string {
  const reserved = WINDOWS_DEVICE.test(text) || isRunEntry(text) || OF_TESTS.includes(text);
  if (text.length <= NAME_LIMIT && PORTABLE.test(text) && !reserved) return text;
  const plain = text.slice(0, NAME_LIMIT).replace(/[^\w.-]+/g, '_');
  const first = /^[A-Za-z0-9]/.test(plain) && !WINDOWS_DEVICE.test(plain) ? '' : '_';
  return `${first}${plain}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

export interface StartTime {
  /** RFC 3339. */
  timestamp: string;
  /** 1, or more for further runs that began in the same second. */
  count: number;
}

/** Parses the name of a run's directory; undefined for other names. */
export function parseStartTime(name: string): StartTime | undefined {
  const [, hour, minute, second, count = '1'] = START_TIME.exec(name) ?? [];
  if (hour === undefined) return undefined;
  const timestamp = `${hour}:${minute ?? ''}:${second ?? ''}`;
  return Number.isNaN(Date.parse(timestamp)) ? undefined : { timestamp, count: Number(count) };
}

/** Compares start times, the earliest first. */
export function compareStartTimes(a: StartTime, b: StartTime): number {
  return Date.parse(a.timestamp) - Date.parse(b.timestamp) || a.count - b.count;
}
