/** Brings the artifacts from the pod to this machine. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { $ } from 'zx';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import { ARTIFACTS_CONTAINER, FETCH_COMMAND, RELEASE_COMMAND } from './artifacts-container.ts';
import type { Kubectl } from './kubectl.ts';

const ATTEMPTS = 3;
const BETWEEN_MS = 1000;

/** That they could not be had is a warning: the answer does not depend on them. */
export async function fetchArtifacts(kubectl: Kubectl, pod: string, directory: string): Promise<void> {
  let scratch: string | undefined;
  try {
    scratch = mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-'));
    const archive = path.join(scratch, 'artifacts.tar');
    let problem: string | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      problem = await fetchArchive(kubectl, pod, archive);
      if (problem === undefined) break;
      await pause(BETWEEN_MS);
    }
    problem ??= await unpack(archive, directory);
    if (problem !== undefined) throw new Error(problem);
    console.log(`Artifacts: ${directory}`);
  } catch (error) {
    console.log(`warning: the artifacts could not be fetched: ${messageOf(error)}`);
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

/** Lets the pod end, if that can be; it also ends by its own deadline, or by the grace period of its deletion. */
export async function releasePod(kubectl: Kubectl, pod: string): Promise<void> {
  await kubectl.run(['exec', pod, '-c', ARTIFACTS_CONTAINER, '--', ...RELEASE_COMMAND]);
}

async function fetchArchive(kubectl: Kubectl, pod: string, archive: string): Promise<string | undefined> {
  const file = openSync(archive, 'w');
  try {
    return await kubectl.execInto(pod, ARTIFACTS_CONTAINER, FETCH_COMMAND, file);
  } finally {
    closeSync(file);
  }
}

async function unpack(archive: string, directory: string): Promise<string | undefined> {
  mkdirSync(directory, { recursive: true });
  const shell = $({ nothrow: true, quiet: true, detached: true });
  const { exitCode, stderr } = await shell`tar -xf ${archive} -C ${directory} --no-same-owner`;
  return exitCode === 0 ? undefined : oneLine(stderr);
}
