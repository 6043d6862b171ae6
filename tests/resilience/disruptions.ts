// SPDX-License-Identifier: Apache-2.0
/** Disruptions: the columns of the matrix. Each prepares its scene, disrupts the run, and checks what is visible from outside. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import type { Checkup, CheckupOptions } from '../support/checkup-process.ts';
import { CLI_COMMAND } from '../support/checkup-process.ts';
import { runnerBelow } from '../support/processes.ts';
import { waitForWorker, type Checkpoint, type Purpose, type Row } from './checkpoints.ts';

interface DisruptedRun {
  readonly lab: Lab;
  readonly run: Checkup;
  readonly row: Row;
  readonly checkpoint: Checkpoint;
}

export interface Disruption {
  readonly title: string;
  readonly purpose: Purpose;
  readonly options?: CheckupOptions;
  /** Called with the lab before the checkup starts. */
  readonly prepare?: (lab: Lab) => void;
  readonly applies?: (row: Row) => boolean;
  /** Called at the checkpoint. Returns the text of the table cell. */
  readonly inject: (sentAt: DisruptedRun) => Promise<string>;
}

/** Limit from a signal to the written result. */
const RESULT_LIMIT_MS = 25_000;
/** Requests that are held at the checkpoint continue a little later: the server executes them although no client waits for the response. */
const RELEASE_AFTER_MS = 400;

async function expectFailure(
  lab: Lab,
  run: Checkup,
  reason: RegExp | string,
  ...statuses: (number | string)[]
): Promise<void> {
  const { status: ended, lastLine, output } = await run.ended;
  const data = configMapData(lab);
  expect(data, output).toMatchObject({
    'status.startTimestamp': expect.stringMatching(/^\d{4}-/),
    'status.completionTimestamp': expect.stringMatching(/^\d{4}-/),
    'status.succeeded': 'false',
  });
  const failureReason = data['status.failureReason'] ?? '';
  if (typeof reason === 'string') expect(failureReason, output).toBe(reason);
  else expect(failureReason, output).toMatch(reason);
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${failureReason}`);
  expect(statuses).toContain(ended);
  expect(vmisLeft(lab)).toEqual([]);
}

type Send = (run: Checkup) => void;

/**
 * The runner handles every signal in the same way. Signals other than those of the first column are therefore tested only where the
 * state of the run differs: before the first stage, with VMs, in the sample, in teardown, and while it writes the result.
 */
const ROWS_WITH_ALL_SIGNALS = ['before input', 'setup, waiting', 'latency', 'teardown', 'report'];
const hasAllSignals = ({ title }: Row): boolean => ROWS_WITH_ALL_SIGNALS.includes(title);

/** Sends the first signal, and two more of other kinds that must change nothing. */
function signals(
  title: string,
  first: NodeJS.Signals,
  send: (signal: NodeJS.Signals) => Send,
  options?: CheckupOptions,
  applies?: Disruption['applies'],
): Disruption {
  // The signal ends npx, or the shell it started. A shell reports that as 130, too.
  const shellStatus = options === BY_NPX ? [first] : [];
  const more: [number, NodeJS.Signals][] = [
    [200, 'SIGINT'],
    // A user who presses Ctrl-C again sends the same signal. Another signal would end npx.
    [1800, options === BY_NPX ? 'SIGINT' : 'SIGTERM'],
  ];
  return {
    title,
    purpose: 'interrupt',
    ...(options && { options }),
    ...(applies && { applies }),
    inject: async ({ lab, run, row, checkpoint }) => {
      const sentAt = performance.now();
      send(first)(run);
      void pause(RELEASE_AFTER_MS).then(checkpoint.release);
      const rest = (async () => {
        for (const [ms, signal] of more) {
          await pause(ms);
          send(signal)(run);
        }
      })();
      await run.ended;
      const took = performance.now() - sentAt;
      await rest;
      await expectFailure(lab, run, `interrupted by ${first} ${row.during}`, 130, ...shellStatus);
      expect(took).toBeLessThan(RESULT_LIMIT_MS);
      return `130 ${(took / 1000).toFixed(1)}s`;
    },
  };
}

/** Sends a signal; ignores a process that has ended. */
function signalTo(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const toRunner =
  (signal: NodeJS.Signals): Send =>
  (run) => {
    signalTo(runnerBelow(run.pid), signal);
  };
const toGroup =
  (signal: NodeJS.Signals): Send =>
  (run) => {
    signalTo(-run.pid, signal);
  };

/** As in a container: the runner is the first process of its own process namespace. */
const AS_PID_1 = { command: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...CLI_COMMAND] };
/** npx draws a progress bar after its child has ended. */
const BY_NPX = { command: ['npx', 'playwright', 'test'], env: { npm_config_progress: 'false' } };

/** The runner outlives npx, detects that its parent has ended, and stops as after SIGHUP. */
const SIGTERM_TO_NPX: Disruption = {
  title: 'SIGTERM to npx alone',
  purpose: 'interrupt',
  options: BY_NPX,
  applies: hasAllSignals,
  inject: async ({ lab, run, row, checkpoint }) => {
    run.signal('SIGTERM');
    // The runner detects it within half a second. Requests must be held until then.
    void pause(3 * RELEASE_AFTER_MS).then(checkpoint.release);
    await expectFailure(lab, run, `interrupted by SIGHUP ${row.during}`, 'SIGTERM');
    return 'reported';
  },
};

const POD = { name: 'checkup-pod', namespace: 'latency', uid: randomUUID() };

function createPod(lab: Lab): string {
  const containers = [{ name: 'checkup', image: 'registry.example/never-pulled' }];
  const { name, namespace } = POD;
  return lab.createObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { containers } })
    .metadata.uid;
}

/** Rows in which VMs exist that only garbage collection of their owner removes. */
const WITH_VMIS = ['setup, between creates', 'setup, waiting', 'setup, login', 'connectivity', 'latency'];
/** Rows in which a creation or a deletion is in progress. */
const MAY_LEAK_VMIS = ['setup, before create', 'teardown'];

const SIGKILL_OF_ALL: Disruption = {
  title: 'SIGKILL of all',
  purpose: 'interrupt',
  inject: async ({ lab, run, row, checkpoint }) => {
    run.signal('SIGKILL', 'group');
    await run.ended;
    checkpoint.release();
    // Requests that were in progress are complete now.
    await pause(RELEASE_AFTER_MS);
    const orphans = vmisLeft(lab).length;
    // A request that is released here may be executed before the server detects that its client has ended.
    if (!MAY_LEAK_VMIS.includes(row.title)) expect(orphans > 0).toBe(WITH_VMIS.includes(row.title));
    lab.deleteObject('pods', POD.namespace, POD.name);
    await expect.poll(() => vmisLeft(lab), { timeout: 15_000 }).toEqual([]);
    expect(configMapData(lab)['status.succeeded']).toBeUndefined();
    return `${orphans} collected`;
  },
};

const SIGKILL_OF_WORKER: Disruption = {
  title: 'SIGKILL of worker',
  purpose: 'interrupt',
  inject: async ({ lab, run, row, checkpoint }) => {
    const worker = row.title === 'report' ? undefined : await waitForWorker(run);
    signalTo(worker, 'SIGKILL');
    void pause(RELEASE_AFTER_MS).then(checkpoint.release);
    if (worker === undefined) {
      expect(row.title).toBe('report');
      expect((await run.ended).status).toBe(0);
      expect(configMapData(lab)['status.succeeded']).toBe('true');
      return 'has ended';
    }
    await expectFailure(lab, run, /worker process exited unexpectedly/, 1);
    return '1';
  },
};

const TIMEOUT: Disruption = {
  title: 'timeout',
  purpose: 'timeout',
  applies: ({ timedOut }) => timedOut !== undefined,
  inject: async ({ lab, run, row, checkpoint }) => {
    if (row.title === 'input') void pause(3000).then(checkpoint.release);
    const { output } = await run.ended;
    checkpoint.release();
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    const [, rest = ''] = /^timed out after \d+s (.*)$/.exec(reason) ?? [];
    expect(rest, output).toMatch(new RegExp(`^${row.during}: `));
    expect(rest.slice(row.during.length + 2)).toMatch(row.timedOut ?? /never/);
    await expectFailure(lab, run, reason, 1);
    return '1';
  },
};

const API_RESTART: Disruption = {
  title: 'API restart',
  purpose: 'restart',
  inject: async ({ lab, run, checkpoint }) => {
    const up = lab.restart(2000);
    checkpoint.release();
    await up;
    const { status, lastLine, output } = await run.ended;
    expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: /);
    expect(status).toBe(0);
    expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
    expect(vmisLeft(lab)).toEqual([]);
    return '0';
  },
};

export const DISRUPTIONS: readonly Disruption[] = [
  signals('SIGTERM to PID 1', 'SIGTERM', toRunner, AS_PID_1),
  signals('SIGINT to npx and all', 'SIGINT', toGroup, BY_NPX, hasAllSignals),
  SIGTERM_TO_NPX,
  signals('SIGHUP', 'SIGHUP', toRunner, undefined, hasAllSignals),
  SIGKILL_OF_ALL,
  SIGKILL_OF_WORKER,
  API_RESTART,
  TIMEOUT,
];

/** Returns variables that make a pod the owner of everything created, if the disruption kills all processes. */
export function ownerEnvironment(lab: Lab, disruption: Disruption): Record<string, string> {
  return disruption === SIGKILL_OF_ALL ? { POD_NAME: POD.name, POD_UID: createPod(lab) } : {};
}
