// SPDX-License-Identifier: Apache-2.0
/** A VM that moves, or whose name another object takes, with minimal permissions (no watch). SIMULATED guests and migrations. */
import { expect } from '@playwright/test';
import { VMI_SCENARIOS } from '../../lab/scenarios.ts';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';

const ACCOUNT = { serviceAccount: CHECKUP_ACCOUNT };

function begin(lab: Lab, name: string): void {
  VMI_SCENARIOS.find((scenario) => scenario.name === name)?.begin?.(lab);
}

test(
  'fails when a VM is live-migrated during the sample, and omits its node',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ objects: checkupRbac() });
    begin(lab, 'vmi-migrated');
    const { status } = await checkup(lab, { ...ACCOUNT, env: { SAMPLE_DURATION_SECONDS: '10' } }).ended;
    const data = configMapData(lab);
    expect(data['status.failureReason']).toMatch(
      /^run: VMI '\S+' (moved|was live-migrated|is being live-migrated) from node "node-[12]" to node "node-[12]"/,
    );
    expect(status).toBe(1);
    const nodes = [data['status.result.sourceNode'], data['status.result.targetNode']];
    expect(nodes.filter((node) => node !== undefined)).toHaveLength(1);
    expect(data).not.toHaveProperty(['status.result.maxLatencyNanoSec']);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('does not delete another object with the name of its VM', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ objects: checkupRbac() });
  begin(lab, 'vmi-replaced');
  const { status } = await checkup(lab, ACCOUNT).ended;
  expect(configMapData(lab)['status.failureReason']).toMatch(/^(setup|run): .*(was replaced|is gone|no longer runs)/);
  expect(status).toBe(1);
  const [remaining] = lab.list('virtualmachineinstances');
  expect(vmisLeft(lab)).toHaveLength(1);
  expect(remaining?.metadata.deletionTimestamp).toBeUndefined();
  expect(remaining?.metadata.labels).not.toHaveProperty('latency-check/uid');
});

test(
  'deletes each VM once and shows what it waits for while a launcher pod ends',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ teardownMs: 9000 });
    const { status, output } = await checkup(lab).ended;
    expect(status, output).toBe(0);
    expect(Number(/ok +teardown +([\d.]+)s/.exec(output)?.[1])).toBeGreaterThanOrEqual(9);
    const deletions = lab.requests.filter(
      ({ verb, path }) => verb === 'delete' && path.includes('/virtualmachineinstances/'),
    );
    expect(deletions).toHaveLength(2);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('retries a failed deletion with increasing pauses', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  lab.inject({ verb: 'delete', resource: 'virtualmachineinstances', times: 10, effect: { status: 503 } });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  // Five failures each: 0.25 + 0.5 + 1 + 2 + 4 s.
  expect(Number(/ok +teardown +([\d.]+)s/.exec(output)?.[1])).toBeGreaterThan(5);
  expect(vmisLeft(lab)).toEqual([]);
});
