// SPDX-License-Identifier: Apache-2.0
/** Live migrations of real guests: interrupted ones leave no QEMU process, and an unwanted one is noticed. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { migrateVmi } from '../../lab/scenarios.ts';
import { configMapData, migratedObjectsLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { untilPhase } from '../support/migration-phases.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';

for (const phase of ['Running', 'Succeeded']) {
  test(
    `removes both QEMU processes after SIGTERM in phase ${phase}`,
    { tag: ['@real', '@slow'] },
    async ({ newLab, checkup }) => {
      const lab = await newLab({ guests: 'qemu' });
      const run = checkup(lab, { env: { LIVE_MIGRATION: 'true' } });
      await untilPhase(lab, phase);
      run.signal('SIGTERM');
      const { status, output } = await run.ended;
      expect(status, output).toBe(130);
      expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during migration');
      expect(migratedObjectsLeft(lab)).toEqual([]);
      await expect.poll(guestsOfThisProcess).toBe(0);
    },
  );
}

test(
  'notices an unwanted migration, names its nodes and draws it',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ guests: 'qemu' });
    const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '10' } });
    await run.until(/\.\.\. +latency/);
    const [mover] = lab.list('virtualmachineinstances');
    if (mover === undefined) throw new Error('no VMI is running');
    const name = mover.metadata.name;
    await sleep(2000);
    migrateVmi(lab, { namespace: 'latency', name });
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    const data = configMapData(lab);
    const moved =
      /^run: VMI 'latency\/(\S+)' (?:moved|was live-migrated|is being live-migrated|is about to be live-migrated) from node "(.*?)" to node "(.*?)"/;
    const [, named, from, to] = moved.exec(data['status.failureReason'] ?? '') ?? [];
    expect([named, from]).toEqual([name, nodeOf(mover)]);
    expect([from, to].sort()).toEqual(['node-1', 'node-2']);
    const nodes = [data['status.result.sourceNode'], data['status.result.targetNode']];
    expect(nodes.filter((node) => node !== undefined)).toHaveLength(1);
    const chart = testInfo.outputPath('artifacts-0', 'charts', 'ipv4-sourceToTarget-rtt.svg');
    expect(readFileSync(chart, 'utf8')).toContain(`VM ${name} moves from ${from} to ${to}`);
    expect(migratedObjectsLeft(lab)).toEqual([]);
    await expect.poll(guestsOfThisProcess).toBe(0);
  },
);

function nodeOf(vmi: ReturnType<Lab['list']>[number]): string | undefined {
  const { nodeName } = (vmi.status ?? {}) as { nodeName?: string };
  return nodeName;
}
