// SPDX-License-Identifier: Apache-2.0
/** Permissions: with the least, the checkup polls; with more, it watches and diagnoses. SIMULATED guests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import { countRequests } from '../../scripts/bench/request-counts.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac, extendedRbac } from '../support/permissions.ts';

const ACCOUNT = { serviceAccount: CHECKUP_ACCOUNT };
const FAILS = { ...ACCOUNT, env: { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' } };

const asked = (lab: Lab, code: number): string[] => [
  ...new Set(
    lab.requests
      .filter((request) => request.code === code)
      .map(({ verb, path }) => `${verb} ${path.split('/').at(-1) ?? ''}`),
  ),
];

test('succeeds with the least permissions, and reports the optional ones that are missing', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab({ objects: checkupRbac(), startupDelayMs: 1500 });
  const { status, output } = await checkup(lab, ACCOUNT).ended;
  expect(status, output).toBe(0);
  expect(vmisLeft(lab)).toEqual([]);
  expect(asked(lab, 403)).toEqual(['list nodes', 'watch virtualmachineinstances']);
  expect(output).toMatch(/warning: the nodes were not checked: nodes is forbidden/);
});

test('reports the evidence it cannot save after a failure', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac() });
  const { status, output } = await checkup(lab, FAILS).ended;
  expect(status).toBe(1);
  expect(output).toMatch(
    /warning: not saved for troubleshooting: (?=.*events \(not permitted\))(?=.*pods \(not permitted\))(?=.*nodes \(not permitted\))/,
  );
  expect(readdirSync(testInfo.outputPath('artifacts-0/evidence')).sort()).toEqual([
    'configmap.yaml',
    'diagnosis-latency.txt',
    ...['source', 'target'].flatMap((role) =>
      ['created.yaml', 'guest.txt', 'last-seen.yaml', 'timeline.txt'].map((kind) =>
        expect.stringMatching(new RegExp(`^latency-check-${role}-\\w+-${kind}$`)),
      ),
    ),
    'network-attachment-definition.yaml',
  ]);
});

test('watches VMs and checks nodes with the permissions of both manifests', async ({ newLab, checkup }) => {
  const lab = await newLab({ objects: [...checkupRbac(), ...extendedRbac()], startupDelayMs: 1500 });
  const { status, output } = await checkup(lab, ACCOUNT).ended;
  expect(status, output).toBe(0);
  expect(asked(lab, 403)).toEqual([]);
  expect(asked(lab, 200)).toEqual(expect.arrayContaining(['watch virtualmachineinstances', 'list nodes']));
  const counts = Object.fromEntries(countRequests(lab.requests));
  expect(counts).toMatchObject({
    'watch virtualmachineinstances': 1,
    'create virtualmachineinstances': 2,
    'get virtualmachineinstances/console': 2,
    'delete virtualmachineinstances': 2,
  });
  expect(counts).not.toHaveProperty('list virtualmachineinstances');
  expect(output).not.toContain('warning');
});

/** An event of a foreign pod; a server lists it before those of the run, by name. */
const foreignEvent = (index: number): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting container',
  metadata: { namespace: 'latency', name: `api-${String(index).padStart(4, '0')}` },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'latency', name: `api-${index}` },
  firstTimestamp: '2026-01-01T00:00:00Z',
  lastTimestamp: '2026-01-01T00:00:00Z',
  count: 1,
});

test('saves the VMs, their events and their pods after a failure', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: [...checkupRbac(), ...extendedRbac()] });
  for (let index = 0; index < 1200; index += 1) lab.createObject(foreignEvent(index));
  const { status } = await checkup(lab, FAILS).ended;
  expect(status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(/^run: actual max latency/);
  expect(asked(lab, 403)).toEqual([]);
  expect(vmisLeft(lab)).toEqual([]);
  const kept = (file: string): string => readFileSync(testInfo.outputPath('artifacts-0/evidence', file), 'utf8');
  expect(kept('events.txt')).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z Normal Started VirtualMachineInstance\/latency-check-source-\w+: VirtualMachineInstance started\.$/m,
  );
  const events = kept('events.txt').trimEnd().split('\n');
  expect(events.filter((line) => !/ (VirtualMachineInstance|Pod)\/(virt-launcher-)?latency-check-/.test(line))).toEqual(
    [],
  );
  for (const role of ['source', 'target']) {
    expect(events.join('\n')).toMatch(new RegExp(` Scheduled Pod/virt-launcher-latency-check-${role}-`));
    expect(events.join('\n')).toMatch(new RegExp(` SuccessfulCreate VirtualMachineInstance/latency-check-${role}-`));
  }
  expect(events).toEqual(events.toSorted());
  expect(kept('pods.yaml')).toMatch(/name: virt-launcher-latency-check-target-/);
  expect(kept('nodes.yaml')).toMatch(/name: node-2[\s\S]*type: Ready/);
  const logs = readdirSync(testInfo.outputPath('artifacts-0/evidence')).filter((name) => name.endsWith('.log'));
  expect(logs.map((name) => name.replace(/.*-(compute|guest-console-log)\.log$/, '$1')).sort()).toEqual([
    'compute',
    'compute',
    'guest-console-log',
    'guest-console-log',
  ]);
  const guestLog = kept(logs.find((name) => name.endsWith('guest-console-log.log')) ?? '');
  expect(guestLog).toContain('login: ');
  const guest = kept(
    readdirSync(testInfo.outputPath('artifacts-0/evidence')).find(
      (name) => name.includes('source') && name.endsWith('guest.txt'),
    ) ?? '',
  );
  for (const said of [
    /^# ip addr/m,
    /198\.1[89]\.\d+\.\d+\/\d+/,
    /^# ip neigh[^]*lladdr/m,
    /^# ip -s link[^]*RX/m,
    /^# dmesg/m,
  ])
    expect(guest).toMatch(said);
});

test('saves no evidence when it is interrupted', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: [...checkupRbac(), ...extendedRbac()] });
  const run = checkup(lab, { ...ACCOUNT, env: { SAMPLE_DURATION_SECONDS: '30' } });
  await run.until(/\.\.\. +latency/);
  run.signal('SIGTERM');
  expect((await run.ended).status).toBe(130);
  expect(existsSync(testInfo.outputPath('artifacts-0/evidence'))).toBe(false);
});
