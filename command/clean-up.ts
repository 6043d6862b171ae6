// SPDX-License-Identifier: Apache-2.0
/** Cleanup in independent steps: a failed step does not prevent the others. */
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { isRefusal, type Kubectl } from './kubectl.ts';

/** Limit of retries of a failed step, and the pause between them. */
const RETRY_MS = 30_000;
const BETWEEN_MS = 2000;
const CALL_LIMIT_MS = 15_000;
/** Limit of concurrent kubectl processes. */
const PROCESSES = 12;

export interface Step {
  /** "configmap/x". */
  what: string;
  /** The command for a user. */
  command: string;
  args: readonly string[];
  input?: string;
  /** The standard input of `command`. */
  onFailure?: () => void;
}

/** An object that a step could not delete. */
export interface Leftover extends Pick<Step, 'what' | 'command'> {
  why: string;
}

/** Runs the steps concurrently, each until it succeeds or its limit is over. With `isUrgent` each has one attempt. Returns the leftovers. */
export async function runSteps(kubectl: Kubectl, steps: readonly Step[], isUrgent: () => boolean): Promise<Leftover[]> {
  const deadline = Date.now() + RETRY_MS;
  const left = await pMap(
    steps,
    async ({ what, command, args, input, onFailure }) => {
      for (;;) {
        const { status, stderr } = await kubectl.run(args, input, CALL_LIMIT_MS);
        if (status === 0) return [];
        if (isUrgent() || isRefusal(stderr) || Date.now() > deadline) {
          onFailure?.();
          return [{ what, command, why: stderr }];
        }
        await pause(BETWEEN_MS);
      }
    },
    { concurrency: PROCESSES },
  );
  return left.flat();
}

/** Returns a step that deletes one object, and succeeds if it does not exist. */
export function deletion(kubectl: Kubectl, object: Json): Step {
  const { namespace } = strings(object['metadata']);
  const what = nameOf(object);
  const where = namespace === undefined ? [] : ['-n', namespace];
  return {
    what: namespace === undefined || namespace === kubectl.namespace ? what : `${what} in namespace ${namespace}`,
    command: kubectl.commandIn(namespace, 'delete', what),
    args: ['delete', what, ...where, '--ignore-not-found', '--wait=false'],
  };
}

/** Prints the leftovers, and the commands that delete them. */
export function printLeftovers(left: readonly Leftover[]): void {
  for (const { what, why } of left) console.log(`warning: not cleaned up: ${what}: ${why}`);
  if (left.length === 0) return;
  console.log('Remove what is left with');
  for (const command of new Set(left.map((one) => one.command))) console.log(`  ${command}`);
}

/** Parses the output of `kubectl get -o json`: nothing, one object, or a list. */
export function itemsOf(text: string): Json[] {
  if (text.trim() === '') return [];
  const found = record(JSON.parse(text));
  return found['kind'] === 'List' ? list(found['items']).map(record) : [found];
}

export function nameOf(object: Json): string {
  const { name = '' } = strings(object['metadata']);
  const kind = typeof object['kind'] === 'string' ? object['kind'].toLowerCase() : '';
  return `${kind}/${name}`;
}
