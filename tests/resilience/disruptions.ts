/** What strikes: the columns of the matrix. Each lays its scene, strikes, and says what must be seen from outside. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import type { Checkup, CheckupOptions } from '../support/checkup-process.ts';
import { CLI_COMMAND } from '../support/checkup-process.ts';
import { runnerBelow } from '../support/processes.ts';
import { workerOf, type Moment, type Purpose, type Row } from './checkpoints.ts';

interface Struck {
  readonly lab: Lab;
  readonly run: Checkup;
  readonly row: Row;
  readonly moment: Moment;
}

export interface Blow {
  readonly title: string;
  readonly purpose: Purpose;
  readonly options?: CheckupOptions;
  /** Called with the lab before the checkup starts. */
  readonly prepare?: (lab: Lab) => void;
  readonly applies?: (row: Row) => boolean;
  /** Called when the moment has come; answers what to show in the table. */
  readonly strike: (struck: Struck) => Promise<string>;
}

/** From a signal to the written answer. */
const ANSWER_LIMIT_MS = 25_000;
/** Requests that are held when the blow falls go on a little later: the server acts on what nobody waits for. */
const RELEASE_AFTER_MS = 400;

async function expectAnswer(
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
  const told = data['status.failureReason'] ?? '';
  if (typeof reason === 'string') expect(told, output).toBe(reason);
  else expect(told, output).toMatch(reason);
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${told}`);
  expect(statuses).toContain(ended);
  expect(vmisLeft(lab)).toEqual([]);
}

type Send = (run: Checkup) => void;

/**
 * Once the command line has the signal, how it came makes no difference. The other ways than the first column's are tested only
 * where a run's state differs: before it, with VMs, in the sample, in teardown and while it writes the result.
 */
const EVERY_WAY = ['before input', 'setup, waiting', 'latency', 'teardown', 'report'];
const inEveryWay = ({ title }: Row): boolean => EVERY_WAY.includes(title);

/** The first signal, and two more of other kinds that must change nothing. */
function signals(
  title: string,
  first: NodeJS.Signals,
  send: (signal: NodeJS.Signals) => Send,
  options?: CheckupOptions,
  applies?: Blow['applies'],
): Blow {
  // npx, or the shell it started, dies of the signal itself: a shell calls that 130 as well.
  const shellStatus = options === BY_NPX ? [first] : [];
  const more: [number, NodeJS.Signals][] = [
    [200, 'SIGINT'],
    // Who presses ctrl-C again sends the same again; npx itself would die of another.
    [1800, options === BY_NPX ? 'SIGINT' : 'SIGTERM'],
  ];
  return {
    title,
    purpose: 'strike',
    ...(options && { options }),
    ...(applies && { applies }),
    strike: async ({ lab, run, row, moment }) => {
      const struck = performance.now();
      send(first)(run);
      void pause(RELEASE_AFTER_MS).then(moment.release);
      const rest = (async () => {
        for (const [ms, signal] of more) {
          await pause(ms);
          send(signal)(run);
        }
      })();
      await run.ended;
      const took = performance.now() - struck;
      await rest;
      await expectAnswer(lab, run, `interrupted by ${first} ${row.during}`, 130, ...shellStatus);
      expect(took).toBeLessThan(ANSWER_LIMIT_MS);
      return `130 ${(took / 1000).toFixed(1)}s`;
    },
  };
}

/** A process that has ended meanwhile cannot be signalled. */
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

/** As in a container: the command line is the first process of its own process namespace. */
const AS_PID_1 = { command: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...CLI_COMMAND] };
/** npx draws a progress bar after its child has ended. */
const BY_NPX = { command: ['npx', 'playwright', 'test'], env: { npm_config_progress: 'false' } };

/** The command line is left behind, notices that its starter is gone, and stops as if it had been told to. */
const SIGTERM_TO_NPX: Blow = {
  title: 'SIGTERM to npx alone',
  purpose: 'strike',
  options: BY_NPX,
  applies: inEveryWay,
  strike: async ({ lab, run, row, moment }) => {
    run.signal('SIGTERM');
    // Noticed within half a second; what is held must be held until then.
    void pause(3 * RELEASE_AFTER_MS).then(moment.release);
    await expectAnswer(lab, run, `interrupted by SIGHUP ${row.during}`, 'SIGTERM');
    return 'answered';
  },
};

const POD = { name: 'checkup-pod', namespace: 'latency', uid: randomUUID() };

function createPod(lab: Lab): string {
  const containers = [{ name: 'checkup', image: 'registry.example/never-pulled' }];
  const { name, namespace } = POD;
  return lab.createObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { containers } })
    .metadata.uid;
}

/** Moments when there is something that nobody removes but its owner's end. */
const WITH_VMIS = ['setup, between creates', 'setup, waiting', 'setup, login', 'connectivity', 'latency'];
/** A creation or a deletion was on its way. */
const EITHER_WAY = ['setup, before create', 'teardown'];

const SIGKILL_OF_ALL: Blow = {
  title: 'SIGKILL of all',
  purpose: 'strike',
  strike: async ({ lab, run, row, moment }) => {
    run.signal('SIGKILL', 'group');
    await run.ended;
    moment.release();
    // What was under way when everything ended has had its time.
    await pause(RELEASE_AFTER_MS);
    const orphans = vmisLeft(lab).length;
    // What is let go in that moment may act before the server notices that nobody is there any more.
    if (!EITHER_WAY.includes(row.title)) expect(orphans > 0).toBe(WITH_VMIS.includes(row.title));
    lab.deleteObject('pods', POD.namespace, POD.name);
    await expect.poll(() => vmisLeft(lab), { timeout: 15_000 }).toEqual([]);
    expect(configMapData(lab)['status.succeeded']).toBeUndefined();
    return `${orphans} collected`;
  },
};

const SIGKILL_OF_WORKER: Blow = {
  title: 'SIGKILL of worker',
  purpose: 'strike',
  strike: async ({ lab, run, row, moment }) => {
    const worker = row.title === 'report' ? undefined : await workerOf(run);
    signalTo(worker, 'SIGKILL');
    void pause(RELEASE_AFTER_MS).then(moment.release);
    if (worker === undefined) {
      expect(row.title).toBe('report');
      expect((await run.ended).status).toBe(0);
      expect(configMapData(lab)['status.succeeded']).toBe('true');
      return 'has ended';
    }
    await expectAnswer(lab, run, /worker process exited unexpectedly/, 1);
    return '1';
  },
};

const TIMEOUT: Blow = {
  title: 'timeout',
  purpose: 'timeout',
  applies: ({ timedOut }) => timedOut !== undefined,
  strike: async ({ lab, run, row, moment }) => {
    if (row.title === 'input') void pause(3000).then(moment.release);
    const { output } = await run.ended;
    moment.release();
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    const [, rest = ''] = /^timed out after \d+s (.*)$/.exec(reason) ?? [];
    expect(rest, output).toMatch(new RegExp(`^${row.during}: `));
    expect(rest.slice(row.during.length + 2)).toMatch(row.timedOut ?? /never/);
    await expectAnswer(lab, run, reason, 1);
    return '1';
  },
};

const API_RESTART: Blow = {
  title: 'API restart',
  purpose: 'restart',
  strike: async ({ lab, run, moment }) => {
    const up = lab.restart(2000);
    moment.release();
    await up;
    const { status, lastLine, output } = await run.ended;
    expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: /);
    expect(status).toBe(0);
    expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
    expect(vmisLeft(lab)).toEqual([]);
    return '0';
  },
};

export const BLOWS: readonly Blow[] = [
  signals('SIGTERM to PID 1', 'SIGTERM', toRunner, AS_PID_1),
  signals('SIGINT to npx and all', 'SIGINT', toGroup, BY_NPX, inEveryWay),
  SIGTERM_TO_NPX,
  signals('SIGHUP', 'SIGHUP', toRunner, undefined, inEveryWay),
  SIGKILL_OF_ALL,
  SIGKILL_OF_WORKER,
  API_RESTART,
  TIMEOUT,
];

/** For what is killed: everything created belongs to this pod. */
export function ownedBy(lab: Lab, blow: Blow): Record<string, string> {
  return blow === SIGKILL_OF_ALL ? { POD_NAME: POD.name, POD_UID: createPod(lab) } : {};
}
