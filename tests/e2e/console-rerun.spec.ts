// SPDX-License-Identifier: Apache-2.0
/**
 * The OpenShift console's Rerun after each kind of failure: its patch applies whatever the run ended with, the next run fails the same way
 * with nothing of the one before, and with the cause gone it succeeds. SIMULATED guests.
 */
import { expect } from '@playwright/test';
import type { Lab, LabOptions } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import {
  CONSOLE_CONFIG_MAP,
  GOOD_CONFIG,
  waitForJob,
  rerun,
  setConsoleConfig,
  startConsoleJob,
  statusKeys,
} from '../support/console-job.ts';
import { HOST_LOCAL_RANGES, LOCAL_NETWORK } from '../support/different-subnets.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { checkupRbac, checkupRbacWithout } from '../support/permissions.ts';
import type { ErrorCode } from '../../model/errors.ts';

test.describe.configure({ timeout: 240_000 });

const VMIS = 'virtualmachineinstances';
const STALE = 'status.result.targetToSource.p99LatencyNanoSec';
/** Keys that the console does not delete, and keys of other configurations. */
const LEFT_BEHIND = { 'status.result.sourceNode': 'node-9', [STALE]: '1' };

interface Failure {
  reason: RegExp;
  /** It fails a second time, with the same keys. */
  isRepeated?: true;
  config?: Record<string, string>;
  lab?: Partial<LabOptions>;
  objects?: JsonObject[];
  /** Changes the lab before the failing runs, and before the successful one. */
  harm?: (lab: Lab) => void;
  mend?: (lab: Lab) => void;
  /** Ends a run that would continue. */
  end?: (lab: Lab, job: string) => Promise<void>;
  /** Cleans up after each failed run as an administrator. */
  after?: (lab: Lab) => void;
}

const FAILURES: Partial<Record<ErrorCode, Failure>> = {
  InputInvalid: {
    isRepeated: true,
    reason: /^"sampleDurationSeconds" parameter is invalid: "five"/,
    config: { 'spec.param.sampleDurationSeconds': 'five' },
  },
  PrerequisiteMissing: {
    reason: /^prerequisites: .*"none" not found/,
    config: { 'spec.param.networkAttachmentDefinitionName': 'none' },
  },
  SetupFailed: {
    reason: /^setup: the checkup's account may not create .* - failed to create the VMIs \(permission missing/,
    objects: checkupRbacWithout({ resource: VMIS, verb: 'create' }),
    mend: permit,
  },
  NoConnectivity: {
    reason: /^run: no connectivity - different subnets: /,
    lab: { hostLocalRanges: HOST_LOCAL_RANGES },
    objects: [...checkupRbac(), LOCAL_NETWORK],
    config: { 'spec.param.networkAttachmentDefinitionName': 'local', 'spec.param.addressing': 'dhcp' },
  },
  PacketLossExceeded: {
    reason: /^run: actual packet loss /,
    config: { 'spec.param.maxPacketLossPercent': '1', 'spec.param.sampleIntervalMilliseconds': '20' },
    harm: (lab) => {
      lab.impair({ lossPercent: 30, seed: 7 });
    },
    mend: (lab) => {
      lab.impair({ lossPercent: 0 });
    },
  },
  LatencyExceeded: {
    isRepeated: true,
    reason: /^run: actual max latency ".*" is greater than desired "1µs"$/,
    config: { 'spec.param.maxDesiredLatencyMilliseconds': '0.001' },
  },
  TeardownFailed: {
    reason: /^teardown: the checkup's account may not delete /,
    objects: checkupRbacWithout({ resource: VMIS, verb: 'delete' }),
    mend: permit,
    // As the reason advises: remaining VMs would occupy the nodes of the next run.
    after: (lab) => {
      for (const name of vmisLeft(lab)) lab.deleteObject(VMIS, 'latency', name);
    },
  },
  TimedOut: {
    reason: /^timed out after 6s during latency: /,
    config: { 'spec.timeout': '6s', 'spec.param.sampleDurationSeconds': '5' },
    harm: (lab) => {
      lab.impair({ delayMs: 300 });
    },
    mend: (lab) => {
      lab.impair({ delayMs: 0 });
    },
  },
  Interrupted: {
    isRepeated: true,
    reason: /^interrupted by SIGINT during latency$/,
    config: { 'spec.param.sampleDurationSeconds': '60' },
    end: async (lab, job) => {
      await expect.poll(() => lab.podLogs('latency').join(''), { timeout: 60_000 }).toMatch(/\.\.\. +latency/);
      lab.deleteObject('jobs', 'latency', job);
      await expect.poll(() => lab.list('pods', 'latency').length, { timeout: 60_000 }).toBe(0);
    },
  },
};

function permit(lab: Lab): void {
  for (const object of checkupRbac()) lab.createObject(object);
}

for (const [code, failure] of Object.entries(FAILURES)) {
  const { reason, config = {}, objects = checkupRbac(), harm, mend, end, after } = failure;
  test(`Rerun after ${code}`, { tag: '@slow' }, async ({ newLab }, testInfo) => {
    const lab = await newLab({ objects, ...failure.lab });
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    setConsoleConfig(lab, { ...GOOD_CONFIG, ...config });
    harm?.(lab);
    let keys: string[] | undefined;
    for (const name of failure.isRepeated ? ['first', 'second'] : ['first']) {
      startConsoleJob(lab, name);
      if (end) await end(lab, name);
      else expect(await waitForJob(lab, name)).toBe('Failed');
      const data = configMapData(lab, CONSOLE_CONFIG_MAP);
      expect(data).toMatchObject({
        'status.succeeded': 'false',
        'status.failureReason': expect.stringMatching(reason),
      });
      expect(data['status.result.sourceNode']).not.toBe('node-9');
      expect(statusKeys(lab)).toEqual(keys ?? statusKeys(lab));
      keys = statusKeys(lab);
      expect((await rerun(lab, kubectl)).stderr).toBe('');
      setConsoleConfig(lab, LEFT_BEHIND);
      after?.(lab);
    }
    mend?.(lab);
    setConsoleConfig(lab, { ...GOOD_CONFIG, 'spec.param.addressing': 'static' });
    startConsoleJob(lab, 'last');
    expect(await waitForJob(lab, 'last')).toBe('Complete');
    expect(configMapData(lab, CONSOLE_CONFIG_MAP)).toMatchObject({
      'status.succeeded': 'true',
      'status.failureReason': '',
      'status.result.sourceNode': expect.stringMatching(/^node-[12]$/),
    });
    expect(statusKeys(lab)).not.toContain(STALE);
    await expect.poll(() => vmisLeft(lab)).toEqual([]);
  });
}
