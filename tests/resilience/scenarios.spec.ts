// SPDX-License-Identifier: Apache-2.0
/**
 * Every named scenario of the lab, with its outcome as seen from outside: exit status, last line, ConfigMap, remaining VMIs.
 * Transient errors are retried with a warning; permanent errors end the run at once, with a reason. SIMULATED guests.
 */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { optionsOf, SCENARIOS } from '../../lab/scenarios.ts';
import type { Lab, LabOptions } from '../../lab/lab.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

interface Expected {
  lab?: Partial<LabOptions>;
  env?: Record<string, string>;
  timeout?: string;
  /** Pattern of `status.failureReason`; "" for a success. */
  reason: RegExp | '';
  /** Patterns in the output. */
  warnings?: RegExp[];
  /** Limit in milliseconds for runs that must end at once, long before spec.timeout. */
  withinMs?: number;
  leakedVmis?: number;
  /** Other data of the ConfigMap after the run. */
  otherKeys?: Record<string, string>;
}

const AT_ONCE_MS = 30_000;
const SLOW_START = { startupDelayMs: 2500 };
const A_VMI = `VMI 'latency/latency-check-(source|target)-\\w+'`;
const again = (what: string): RegExp => new RegExp(`warning: ${what} failed, trying again in [\\d.]+s: `);
const lostConsole = new RegExp(`warning: the console of ${A_VMI} was lost \\(.*1006.*\\) and is open again`);

const EXPECTED: Record<string, Expected> = {
  'too-many-requests': {
    reason: '',
    warnings: [/get configmap failed, trying again in 1s: Too many requests/, again('create virtualmachineinstance')],
  },
  'burst-500': { reason: '', warnings: [again('list kubevirts'), /Internal error occurred/] },
  'burst-503': { reason: '', warnings: [again('get network-attachment-definition'), /currently unable to handle/] },
  'connection-reset': { reason: '', warnings: [again('claim of ConfigMap "latency/kubevirt-vm-latency-config"')] },
  'lost-answer': {
    reason: '',
    warnings: [/create virtualmachineinstance: .*; VMI '\S+' exists/, again('claim of ConfigMap .*')],
  },
  'stall-30s': {
    reason: '',
    warnings: [/create virtualmachineinstance failed, trying again in 0.25s: .*no answer within 15s/],
  },
  'configmap-conflict': { reason: '', otherKeys: { 'written.by.another.client': '2' } },
  'token-rotation': { reason: '', lab: SLOW_START, warnings: [/Unauthorized; reading the credentials again/] },
  'api-restart': {
    reason: '',
    lab: SLOW_START,
    warnings: [
      /warning: VMI 'latency\/latency-check-\w+-\w+': .*(ECONNREFUSED|other side closed|ECONNRESET).*; looking again/,
    ],
  },
  'watch-drop': {
    reason: '',
    lab: SLOW_START,
    warnings: [/watch virtualmachineinstances: the server ended it; watching again/],
  },
  'watch-gone': { reason: '', lab: SLOW_START, warnings: [/too old resource version.*; watching again in/] },
  'vmi-failed': {
    reason: new RegExp(`^setup: ${A_VMI} no longer runs: phase Failed, Ready=False \\(GuestNotRunning`),
    withinMs: AT_ONCE_MS,
  },
  'vmi-deleted': {
    reason: new RegExp(
      `^setup: (${A_VMI} (is gone|no longer runs)|failed to wait for ${A_VMI} to be running: .*being deleted)`,
    ),
    withinMs: AT_ONCE_MS,
  },
  'vmi-evicted': {
    reason: new RegExp(`^setup: ${A_VMI} no longer runs: phase (Succeeded|Failed)`),
    withinMs: AT_ONCE_MS,
  },
  'vmi-replaced': {
    reason: new RegExp(
      `^setup: ${A_VMI} (was replaced: this run created the object with uid \\S+, the object of that name now has uid|is gone|no longer runs|.*being deleted)`,
    ),
    withinMs: AT_ONCE_MS,
    leakedVmis: 1,
  },
  'vmi-migrated': {
    reason: new RegExp(
      `^run: ${A_VMI} (is about to be|is being|was|moved) .*from node "node-[12]" to node "node-[12]"`,
    ),
    env: { SAMPLE_DURATION_SECONDS: '10' },
  },
  'kubevirt-unavailable': {
    reason: '',
    warnings: [
      /warning: KubeVirt "kubevirt\/kubevirt" is being deployed or changed \(phase Deployed, Available=False \(DeploymentInProgress: Deploying version v1\.9\.0/,
    ],
  },
  'vmi-unschedulable': {
    timeout: '6s',
    reason: new RegExp(
      `^timed out after 6s during setup: bridge "br10" is missing on all 2 nodes \\(node-1, node-2\\) - failed to wait for ${A_VMI} to be running \\(.*PodScheduled=False \\(Unschedulable: 0/2`,
    ),
    warnings: [new RegExp(`warning: ${A_VMI} does not start yet: PodScheduled=False \\(Unschedulable`)],
  },
  'address-taken': {
    reason: '',
    warnings: [
      new RegExp(`warning: 198\\.1[89]\\.[\\d.]+ is taken: [0-9a-f:]{17} answers for it; ${A_VMI} takes another`),
    ],
  },
  'all-addresses-taken': {
    reason: new RegExp(
      `^setup: another host on the network already uses 198\\..* - no address for ${A_VMI} \\((198\\.[\\d.]+ is taken: [0-9a-f:]{17} answers for it(; )?)+`,
    ),
    withinMs: AT_ONCE_MS,
  },
  'image-pull': {
    reason: new RegExp(
      `^setup: the node cannot pull the VMs' disk image "\\S+" - failed to wait for ${A_VMI} to be running \\(.*Synchronized=False`,
    ),
    warnings: [
      new RegExp(`warning: ${A_VMI} does not start yet: Synchronized=False \\((ErrImagePull|ImagePullBackOff): `),
    ],
    withinMs: 60_000,
  },
  'delete-hangs': {
    reason: new RegExp(
      `^teardown: .*finalizer "backup\\.example\\.com/hold" of another program.* - failed to wait for ${A_VMI} to be gone( \\(.*\\))?; see what holds it with: kubectl get vmi -n latency latency-check-source-\\w+ `,
    ),
    leakedVmis: 2,
  },
  'console-drops': { reason: '', env: { SAMPLE_DURATION_SECONDS: '5' }, warnings: [lostConsole] },
  'console-takeover': { reason: '', env: { SAMPLE_DURATION_SECONDS: '4' }, warnings: [lostConsole] },
  'console-one-byte': { reason: '' },
  'console-silent': {
    timeout: '6s',
    reason: new RegExp(
      `^timed out after 6s during setup: the guest "latency-check-\\S+ prints nothing on its serial console - failed to wait for a login on ${A_VMI} \\(the console is silent\\)$`,
    ),
  },
  'login-torn': { reason: '' },
  'echo-wrapped': { reason: '' },
  'login-incorrect': {
    reason: new RegExp(
      `^setup: the guest "latency-check-\\S+ accepts no login as root .* - failed to log in to ${A_VMI} as root at the prompt "latency-check-\\S+ login:" \\(the guest answers "Login incorrect"\\)$`,
    ),
    withinMs: AT_ONCE_MS,
  },
  'login-unnamed': {
    reason: '',
    warnings: [new RegExp(`warning: the login prompt of ${A_VMI} is "\\(none\\) login:", expected host name `)],
  },
  'console-flood': { reason: '' },
  'console-controls': { reason: '', withinMs: AT_ONCE_MS },
  'clock-set': {
    reason:
      /^run: ping printed a time that cannot be a round trip: 3600s, though ping ran for [\d.]+m?s: was the guest's clock set meanwhile\?$/,
    withinMs: AT_ONCE_MS,
  },
  'ping-hangs': {
    timeout: '8s',
    reason: /^timed out after 8s during connectivity: failed to wait for .*ping/,
  },
};

test('every scenario has an expectation', { tag: '@slow' }, () => {
  expect(SCENARIOS.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
});

for (const scenario of SCENARIOS) {
  const { name, description, tolerated, begin } = scenario;
  test(`${name}: ${description}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const expected = EXPECTED[name];
    if (expected === undefined) throw new Error(`no expectation for ${name}`);
    const lab = await newLab({ ...expected.lab, ...optionsOf([scenario]) });
    if (expected.timeout !== undefined) setConfigMap(lab, { 'spec.timeout': expected.timeout });
    begin?.(lab);
    const started = performance.now();
    const { status, lastLine, output } = await checkup(lab, { ...(expected.env && { env: expected.env }) }).ended;
    const tookMs = performance.now() - started;
    const data = configMapData(lab);
    const reason = data['status.failureReason'] ?? 'none';
    if (tolerated) {
      expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: min /);
      expect(data['status.result.maxLatencyNanoSec']).toMatch(/^\d+$/);
    } else {
      expect(reason, output).toMatch(expected.reason === '' ? /^never$/ : expected.reason);
      expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    }
    expect(status).toBe(tolerated ? 0 : 1);
    expect(data).toMatchObject({
      'status.succeeded': String(tolerated),
      'status.completionTimestamp': expect.any(String),
      ...expected.otherKeys,
    });
    expect(vmisLeft(lab)).toHaveLength(expected.leakedVmis ?? 0);
    const result = readFileSync(testInfo.outputPath('artifacts-0/result.json'), 'utf8');
    const { warnings = [] } = JSON.parse(result) as ResultDocument;
    const recorded = warnings.map((warning) => `warning: ${warning}`).join('\n');
    for (const pattern of expected.warnings ?? []) {
      expect(output).toMatch(pattern);
      expect(recorded).toMatch(pattern);
    }
    if (expected.withinMs !== undefined) expect(tookMs).toBeLessThan(expected.withinMs);
  });
}

const LOST_IN_SAMPLE: [role: string, what: string, lose: (lab: Lab, name: string) => void][] = [
  [
    'source',
    'fails',
    (lab, name) => {
      lab.failVmi(name);
    },
  ],
  [
    'target',
    'is deleted by another client',
    (lab, name) => {
      lab.deleteObject('virtualmachineinstances', 'latency', name);
    },
  ],
  [
    'target',
    'is evicted',
    (lab, name) => {
      lab.evictVmi(name);
    },
  ],
];

for (const [role, what, lose] of LOST_IN_SAMPLE) {
  test(`fails at once when the ${role} ${what} during the sample`, { tag: '@slow' }, async ({ newLab, checkup }) => {
    const lab = await newLab();
    const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '100' } });
    await run.until(/\.\.\. +latency/);
    const lostAt = performance.now();
    lose(lab, vmisLeft(lab).find((name) => name.includes(role)) ?? '');
    const { status, output } = await run.ended;
    expect(configMapData(lab)['status.failureReason'], output).toMatch(
      new RegExp(`^run: VMI 'latency/latency-check-${role}-\\w+' (is gone|no longer runs): `),
    );
    expect(status).toBe(1);
    expect(performance.now() - lostAt).toBeLessThan(AT_ONCE_MS);
    expect(vmisLeft(lab)).toEqual([]);
  });
}
