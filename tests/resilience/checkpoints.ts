/** When a blow falls: the rows of the matrix, from before the first stage to the report. */
import { expect } from '@playwright/test';
import type { Fault, Lab, LabOptions } from '../../lab/lab.ts';
import { vmisCreated } from '../support/cluster-facts.ts';
import type { Checkup } from '../support/checkup-process.ts';
import { ownsSignals, runnerBelow, workerBelow } from '../support/processes.ts';

const VMIS = 'virtualmachineinstances';
const POLL = { timeout: 30_000, intervals: [20] };

/** What the scene is laid for: to be struck in the middle, to last until time is up, or to go on after the API server is back. */
export type Purpose = 'strike' | 'timeout' | 'restart';

interface Scene {
  readonly lab?: Partial<LabOptions>;
  readonly env?: Readonly<Record<string, string>>;
  readonly configMap?: Readonly<Record<string, string>>;
  /** Called before the checkup starts; answers a way to wait for the moment. */
  readonly arm?: (lab: Lab) => Moment;
}

export interface Moment {
  /** Resolves when the moment has come. */
  readonly reached: (lab: Lab, run: Checkup) => Promise<void>;
  /** Lets go of what was held until then. */
  readonly release: () => void;
}

export interface Row {
  readonly title: string;
  /** As `failureReason` names what was interrupted. */
  readonly during: string;
  readonly scene: (purpose: Purpose, guests: LabOptions['guests']) => Scene;
  /** What a timeout says, after "timed out after N during <stage>: "; absent where spec.timeout does not apply. */
  readonly timedOut?: RegExp;
}

const nothing = (): void => undefined;

/** The moment is a request that has arrived and is held there, and so are as many more as `times` says. */
function holding({ times = 1, ...fault }: Omit<Fault, 'effect' | 'times'> & { times?: number }): (lab: Lab) => Moment {
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

const seen = (reached: Moment['reached']) => (): Moment => ({ reached, release: nothing });
const announced = (stage: string) => seen((_lab, run) => run.until(new RegExp(`\\.\\.\\. +${stage}`)));

/** In a run that goes well: a second request of the ConfigMap is the answer. */
const FIRST_UPDATE = { verb: 'update', resource: 'configmaps' };
const ANSWER = { ...FIRST_UPDATE, skip: 1 };
const timeLimited = (purpose: Purpose, timeout = '5s'): Pick<Scene, 'configMap'> =>
  purpose === 'timeout' ? { configMap: { 'spec.timeout': timeout } } : {};

const consoleOpened = (lab: Lab): boolean =>
  lab.requests.some(({ path, code }) => path.endsWith('/console') && code === 101);

export const ROWS: readonly Row[] = [
  {
    title: 'before input',
    during: 'before the first stage',
    scene: () => ({
      arm: seen(async (_lab, run) => {
        await expect.poll(() => ownsSignals(runnerBelow(run.pid) ?? 0), POLL).toBe(true);
      }),
    }),
  },
  {
    title: 'input',
    during: 'during input',
    scene: (purpose) => ({
      arm: holding(FIRST_UPDATE),
      // Known only once the ConfigMap is claimed, which then takes longer than it allows.
      ...timeLimited(purpose, '2s'),
    }),
    timedOut: /^failed to wait for ConfigMap "latency\/kubevirt-vm-latency-config" to be claimed: done after \d/,
  },
  {
    title: 'prerequisites',
    during: 'during prerequisites',
    scene: (purpose) => ({
      arm: holding({ verb: 'get', resource: 'network-attachment-definitions' }),
      ...timeLimited(purpose),
    }),
    timedOut: /^failed to wait for get network-attachment-definition: no answer yet$/,
  },
  {
    title: 'setup, before create',
    during: 'during setup',
    scene: (purpose) => ({ arm: holding({ verb: 'create', resource: VMIS, times: 2 }), ...timeLimited(purpose) }),
    timedOut: /^failed to wait for create virtualmachineinstance: no answer yet$/,
  },
  {
    title: 'setup, between creates',
    during: 'during setup',
    scene: (purpose) => ({ arm: holding({ verb: 'create', resource: VMIS, skip: 1 }), ...timeLimited(purpose) }),
    timedOut: /^failed to wait for create virtualmachineinstance: no answer yet$/,
  },
  {
    title: 'setup, waiting',
    during: 'during setup',
    scene: (purpose) => ({
      lab: { startupDelayMs: purpose === 'restart' ? 3000 : 60_000 },
      ...timeLimited(purpose),
      arm: seen(async (lab) => {
        await expect.poll(() => vmisCreated(lab), POLL).toBe(2);
      }),
    }),
    timedOut:
      /^failed to wait for VMI 'latency\/latency-check-(source|target)-\w+' to be running: phase Scheduling, Ready=False/,
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
      /^failed to wait for a login on VMI 'latency\/(latency-check-(?:source|target)-\w+)': the console is silent \(diagnosis: the guest "\1" prints nothing on its serial console\)$/,
  },
  {
    title: 'connectivity',
    during: 'during connectivity',
    scene: (purpose, guests) => ({
      lab: purpose === 'restart' ? {} : { impairment: { cut: true } },
      ...timeLimited(purpose, guests === 'qemu' ? '25s' : '7s'),
      arm: announced('connectivity'),
    }),
    timedOut: /^failed to wait for (a reply from 198\.1[89]\.\d+\.\d+ to |the guest of VMI )/,
  },
  {
    title: 'latency',
    during: 'during latency',
    scene: (purpose, guests) => {
      // Room for the sample as the input has it, but not for the logins before it.
      const seconds = guests === 'qemu' ? 20 : 6;
      return {
        lab: purpose === 'timeout' ? { impairment: { delayMs: 200 } } : {},
        env: { SAMPLE_DURATION_SECONDS: { strike: '20', timeout: String(seconds), restart: '4' }[purpose] },
        ...timeLimited(purpose, `${seconds + 1}s`),
        arm: announced('latency'),
      };
    },
    timedOut: /^failed to wait for the sample to end: \d+ pings from /,
  },
  { title: 'teardown', during: 'during teardown', scene: () => ({ arm: holding({ verb: 'delete', resource: VMIS }) }) },
  { title: 'report', during: 'during report', scene: () => ({ arm: holding(ANSWER) }) },
];

/** The worker, once there is one; undefined where the moment comes after its end. */
export async function workerOf(run: Checkup): Promise<number | undefined> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const worker = workerBelow(run.pid);
    if (worker !== undefined || Date.now() > deadline) return worker;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
