// SPDX-License-Identifier: Apache-2.0
/** Checkpoints: the rows of the matrix, from before the first stage to the report. */
import { expect } from '@playwright/test';
import type { Fault, Lab, LabOptions } from '../../lab/lab.ts';
import { vmisCreated } from '../support/cluster-facts.ts';
import type { Checkup } from '../support/checkup-process.ts';
import { ownsSignals, runnerBelow, workerBelow } from '../support/processes.ts';

const VMIS = 'virtualmachineinstances';
const POLL = { timeout: 30_000, intervals: [20] };

/** What happens at the checkpoint: the run is interrupted, reaches its timeout, or continues after the API server restarts. */
export type Purpose = 'interrupt' | 'timeout' | 'restart';

interface Scene {
  readonly lab?: Partial<LabOptions>;
  readonly env?: Readonly<Record<string, string>>;
  readonly configMap?: Readonly<Record<string, string>>;
  /** Called before the checkup starts. Returns the checkpoint to wait for. */
  readonly arm?: (lab: Lab) => Checkpoint;
}

export interface Checkpoint {
  /** Resolves when the run is at the checkpoint. */
  readonly reached: (lab: Lab, run: Checkup) => Promise<void>;
  /** Releases the requests that are held at the checkpoint. */
  readonly release: () => void;
}

export interface Row {
  readonly title: string;
  /** The words of `failureReason` that name what was interrupted. */
  readonly during: string;
  readonly scene: (purpose: Purpose) => Scene;
  /** The reason after "timed out after N during <stage>: "; absent where spec.timeout does not apply. */
  readonly timedOut?: RegExp;
}

const nothing = (): void => undefined;

/** The checkpoint is the arrival of a matching request. `times` requests are held until the checkpoint is released. */
function holdRequest({
  times = 1,
  ...fault
}: Omit<Fault, 'effect' | 'times'> & { times?: number }): (lab: Lab) => Checkpoint {
  return (lab) => {
    const arrived = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const hold = async (): Promise<void> => {
      arrived.resolve(undefined);
      await released.promise;
    };
    lab.inject({ ...fault, times, effect: { hold } });
    return {
      reached: async (_lab, run) => {
        const over = run.ended.then(({ output }) => {
          throw new Error(`the checkup ended before the request came:\n${output}`);
        });
        await Promise.race([arrived.promise, over]);
      },
      release: () => {
        released.resolve(undefined);
      },
    };
  };
}

const checkpointAt = (reached: Checkpoint['reached']) => (): Checkpoint => ({ reached, release: nothing });
const stageStarted = (stage: string) => checkpointAt((_lab, run) => run.until(new RegExp(`\\.\\.\\. +${stage}`)));

/** In an undisturbed run, the second update of the ConfigMap writes the result. */
const FIRST_UPDATE = { verb: 'update', resource: 'configmaps' };
const RESULT_UPDATE = { ...FIRST_UPDATE, skip: 1 };
const timeLimited = (purpose: Purpose, timeout = '5s'): Pick<Scene, 'configMap'> =>
  purpose === 'timeout' ? { configMap: { 'spec.timeout': timeout } } : {};

const consoleOpened = (lab: Lab): boolean =>
  lab.requests.some(({ path, code }) => path.endsWith('/console') && code === 101);

export const ROWS: readonly Row[] = [
  {
    title: 'before input',
    during: 'before the first stage',
    scene: () => ({
      arm: checkpointAt(async (_lab, run) => {
        await expect.poll(() => ownsSignals(runnerBelow(run.pid) ?? 0), POLL).toBe(true);
      }),
    }),
  },
  {
    title: 'input',
    during: 'during input',
    scene: (purpose) => ({
      arm: holdRequest(FIRST_UPDATE),
      // The timeout is read with the ConfigMap, and the claim takes longer than the timeout.
      ...timeLimited(purpose, '2s'),
    }),
    timedOut: /^failed to wait for ConfigMap "latency\/kubevirt-vm-latency-config" to be claimed: done after \d/,
  },
  {
    title: 'prerequisites',
    during: 'during prerequisites',
    scene: (purpose) => ({
      arm: holdRequest({ verb: 'get', resource: 'network-attachment-definitions' }),
      ...timeLimited(purpose),
    }),
    timedOut: /^failed to wait for get network-attachment-definition: no answer yet$/,
  },
  {
    title: 'setup, before create',
    during: 'during setup',
    scene: (purpose) => ({ arm: holdRequest({ verb: 'create', resource: VMIS, times: 2 }), ...timeLimited(purpose) }),
    timedOut: /^failed to wait for create virtualmachineinstance: no answer yet$/,
  },
  {
    title: 'setup, between creates',
    during: 'during setup',
    scene: (purpose) => ({ arm: holdRequest({ verb: 'create', resource: VMIS, skip: 1 }), ...timeLimited(purpose) }),
    timedOut: /^failed to wait for create virtualmachineinstance: no answer yet$/,
  },
  {
    title: 'setup, waiting',
    during: 'during setup',
    scene: (purpose) => ({
      lab: { startupDelayMs: purpose === 'restart' ? 3000 : 60_000 },
      ...timeLimited(purpose),
      arm: checkpointAt(async (lab) => {
        await expect.poll(() => vmisCreated(lab), POLL).toBe(2);
      }),
    }),
    timedOut:
      /^no condition of "latency-check-(source|target)-\w+" says why it does not run.* - failed to wait for VMI 'latency\/latency-check-(source|target)-\w+' to be running \(phase Scheduling, Ready=False/,
  },
  {
    title: 'setup, login',
    during: 'during setup',
    scene: (purpose) => ({
      ...timeLimited(purpose),
      arm: (lab) => {
        const silentMs = purpose === 'restart' ? 6000 : Infinity;
        lab.disturbConsoles({ silentMs });
        return {
          reached: async () => {
            await expect.poll(() => consoleOpened(lab), POLL).toBe(true);
          },
          release: nothing,
        };
      },
    }),
    timedOut:
      /^the guest "(latency-check-(?:source|target)-\w+)" prints nothing on its serial console - failed to wait for a login on VMI 'latency\/\1' \(the console is silent\)$/,
  },
  {
    title: 'connectivity',
    during: 'during connectivity',
    scene: (purpose) => ({
      lab: purpose === 'restart' ? {} : { impairment: { cut: true } },
      ...timeLimited(purpose, '7s'),
      arm: stageStarted('connectivity'),
    }),
    timedOut: /^(.* - )?failed to wait for (a reply from 198\.1[89]\.\d+\.\d+ to |the guest of VMI )/,
  },
  {
    title: 'latency',
    during: 'during latency',
    scene: (purpose) => ({
      lab: purpose === 'timeout' ? { impairment: { delayMs: 200 } } : {},
      // The timeout allows the sample alone, but not the sample and the logins before it.
      env: { SAMPLE_DURATION_SECONDS: { interrupt: '20', timeout: '6', restart: '4' }[purpose] },
      ...timeLimited(purpose, '7s'),
      arm: stageStarted('latency'),
    }),
    timedOut: /^failed to wait for the sample to end: \d+ pings from /,
  },
  {
    title: 'teardown',
    during: 'during teardown',
    scene: () => ({ arm: holdRequest({ verb: 'delete', resource: VMIS }) }),
  },
  { title: 'report', during: 'during report', scene: () => ({ arm: holdRequest(RESULT_UPDATE) }) },
];

/** Waits for the worker. Returns `undefined` if the checkpoint is after its end. */
export async function waitForWorker(run: Checkup): Promise<number | undefined> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const worker = workerBelow(run.pid);
    if (worker !== undefined || Date.now() > deadline) return worker;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
