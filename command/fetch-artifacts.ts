// SPDX-License-Identifier: Apache-2.0
/** Copies the artifacts from the pod to this machine. */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../model/errors.ts';
import { ARTIFACTS_CONTAINER, FETCH_COMMAND, RELEASE_COMMAND } from './artifacts-container.ts';
import { saveToHistory } from './history.ts';
import type { Interruption } from './interruption.ts';
import type { Kubectl } from './kubectl.ts';
import { unpack } from './unpack.ts';

const ATTEMPTS = 3;
const BETWEEN_MS = 1000;
/** The bytes are those of the manifest's volume; a volume of the user may have more. */
export const FETCH_LIMITS = { bytes: 2 * 2 ** 30, entries: 10_000 };

/**
 * Fetches the artifacts into an empty directory, and adds the result to the history of the network. Returns whether there are any. A
 * failure is a warning: the result does not depend on them.
 */
export async function fetchArtifacts(
  kubectl: Kubectl,
  pod: string,
  directory: string,
  interruption: Interruption,
): Promise<boolean> {
  let scratch: string | undefined;
  let fetched = false;
  try {
    scratch = mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-'));
    const archive = path.join(scratch, 'artifacts.tar');
    let problem: string | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS && !interruption.isUrgent(); attempt += 1) {
      if (attempt > 1) await interruption.sleep(BETWEEN_MS);
      problem = await fetchArchive(kubectl, pod, archive);
      if (problem === undefined) break;
    }
    const problems = problem === undefined ? [] : [problem];
    if (statSync(archive, { throwIfNoEntry: false })?.size) {
      problems.push(...(await unpack(archive, directory, FETCH_LIMITS)));
      fetched = true;
      await saveToHistory(directory);
    }
    if (problems.length > 0) console.log(`warning: artifacts are missing: ${problems.join('; ')}`);
  } catch (error) {
    console.log(`warning: the artifacts could not be fetched: ${messageOf(error)}`);
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
  return fetched;
}

/** Ends the pod, if possible; it also ends by its own deadline, or by the grace period of its deletion. */
export async function releasePod(kubectl: Kubectl, pod: string): Promise<void> {
  await kubectl.run(['exec', pod, '-c', ARTIFACTS_CONTAINER, '--', ...RELEASE_COMMAND]);
}

async function fetchArchive(kubectl: Kubectl, pod: string, archive: string): Promise<string | undefined> {
  const file = openSync(archive, 'w');
  try {
    // The archive has headers and padding in addition to the files.
    const limitBytes = FETCH_LIMITS.bytes + 2 * 1024 * FETCH_LIMITS.entries;
    return await kubectl.execInto(pod, ARTIFACTS_CONTAINER, FETCH_COMMAND, {
      limitBytes,
      onData: (data) => {
        writeSync(file, data);
      },
    });
  } finally {
    closeSync(file);
  }
}
