// SPDX-License-Identifier: Apache-2.0
/** Transient API errors are retried with a warning; permanent ones end the run with their reason. SIMULATED guests. */
import { expect } from '@playwright/test';
import type { Fault } from '../../lab/lab.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const VMIS = 'virtualmachineinstances';

const TRANSIENT: { title: string; faults: Fault[]; warnings: RegExp[] }[] = [
  {
    title: 'an overloaded server that asks for a second',
    faults: [{ verb: 'get', resource: 'configmaps', times: 2, effect: { status: 429, retryAfterSeconds: 1 } }],
    warnings: [/warning: get configmap failed, trying again in 1s: Too many requests/],
  },
  {
    title: 'bursts of 500 and 503',
    faults: [
      { verb: 'list', resource: 'kubevirts', times: 3, effect: { status: 503 } },
      { verb: 'create', resource: VMIS, times: 2, effect: { status: 500 } },
      { verb: 'get', resource: VMIS, times: 3, effect: { status: 503 } },
      { verb: 'delete', resource: VMIS, times: 3, effect: { status: 500 } },
      { verb: 'update', resource: 'configmaps', times: 2, effect: { status: 503 } },
    ],
    warnings: [
      /warning: list kubevirts failed, trying again in 1s: /,
      /warning: create virtualmachineinstance failed, trying again in 0.25s: Internal error occurred/,
    ],
  },
  {
    title: 'connections that are reset before the server acts',
    faults: [
      { verb: 'get', resource: 'network-attachment-definitions', times: 2, effect: 'reset before' },
      { verb: 'create', resource: VMIS, times: 2, effect: 'reset before' },
      { verb: 'delete', resource: VMIS, times: 2, effect: 'reset before' },
    ],
    warnings: [/warning: get network-attachment-definition failed/, /warning: create virtualmachineinstance failed/],
  },
  {
    title: 'a lost response to a create',
    faults: [{ verb: 'create', resource: VMIS, times: 2, effect: 'reset after' }],
    warnings: [/warning: create virtualmachineinstance: .*; VMI '\S+' exists/],
  },
  {
    title: 'a server that takes 3 s for each create',
    faults: [{ verb: 'create', resource: VMIS, times: 2, effect: { stallMs: 3000 } }],
    warnings: [],
  },
];

for (const { title, faults, warnings } of TRANSIENT) {
  test(`tolerates: ${title}`, { tag: '@slow' }, async ({ newLab, checkup }) => {
    const lab = await newLab();
    for (const fault of faults) lab.inject(fault);
    const { status, lastLine, output } = await checkup(lab).ended;
    expect(lastLine).toMatch(/checkup succeeded/);
    expect(status).toBe(0);
    for (const pattern of warnings) expect(output).toMatch(pattern);
    expect(configMapData(lab)['status.succeeded']).toBe('true');
    expect(vmisLeft(lab)).toEqual([]);
  });
}

test(
  "fails soon with the server's message and leaks nothing when the server never creates a VM",
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    lab.inject({ verb: 'create', resource: VMIS, times: 1000, effect: { status: 500 } });
    const { status } = await checkup(lab).ended;
    expect(status).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toBe(
      'setup: failed to create the VMIs: Internal error occurred: injected by the lab',
    );
    expect(vmisCreated(lab)).toBe(0);
    // Six attempts for each of the two VMs; the first that fails ends the stage.
    const attempts = lab.requests.filter(({ verb, path }) => verb === 'create' && path.includes(VMIS)).length;
    expect(attempts).toBeGreaterThanOrEqual(6);
    expect(attempts).toBeLessThanOrEqual(12);
  },
);
