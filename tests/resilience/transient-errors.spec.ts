// SPDX-License-Identifier: Apache-2.0
/** A slow API server, and one that fails every creation. scenarios.spec.ts has the transient errors. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const VMIS = 'virtualmachineinstances';

test('tolerates a server that takes 3 s for each create', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  lab.inject({ verb: 'create', resource: VMIS, times: 2, effect: { stallMs: 3000 } });
  const { status, lastLine } = await checkup(lab).ended;
  expect(lastLine).toMatch(/checkup succeeded/);
  expect(status).toBe(0);
  expect(configMapData(lab)['status.succeeded']).toBe('true');
  expect(vmisLeft(lab)).toEqual([]);
});

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
