// SPDX-License-Identifier: Apache-2.0
/** The live migration of the target VM: its figures, its threshold, and what prevents it. SIMULATED guests and migrations. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac, migrationRbac } from '../support/permissions.ts';

const MIGRATE = { LIVE_MIGRATION: 'true' };
const GAP_MS = 400;

function left(lab: Lab): string[] {
  const pods = lab.list('pods').map(({ metadata }) => `pod ${metadata.name}`);
  const migrations = lab.list('virtualmachineinstancemigrations').map(({ metadata }) => `VMIM ${metadata.name}`);
  return [...vmisLeft(lab), ...migrations, ...pods];
}

test(
  'measures the gap of a live migration with minimal permissions, and fails above the threshold',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const objects = [...checkupRbac(), ...migrationRbac()];
    const lab = await newLab({ objects, scriptedMigration: { gapMs: GAP_MS } });
    const env = { ...MIGRATE, TARGET_NODE: 'node-1', MAX_MIGRATION_GAP_MILLISECONDS: '100' };
    const { status, output } = await checkup(lab, { serviceAccount: CHECKUP_ACCOUNT, env }).ended;
    expect(status, output).toBe(1);
    const data = configMapData(lab);
    expect(data['status.failureReason']).toMatch(
      /^run: actual migration gap "[\d.]+m?s" is greater than desired "100ms"$/,
    );
    const figure = (key: string): number => Number(data[`status.result.migration.${key}`]);
    expect(figure('longestGapNanoSec')).toBeGreaterThanOrEqual(GAP_MS * 1e6);
    expect(figure('switchGapNanoSec')).toBeGreaterThanOrEqual(GAP_MS * 1e6);
    expect(figure('packetsTransmitted')).toBeGreaterThan(400);
    expect(figure('packetsLost')).toBeGreaterThan(GAP_MS / 20 - 5);
    expect(figure('durationMilliSec')).toBeGreaterThan(1000);
    expect(data).toMatchObject({
      'status.result.targetNode': 'node-1',
      'status.result.sourceNode': 'node-2',
      'status.result.migration.fromNode': 'node-1',
      'status.result.migration.toNode': 'node-2',
    });
    expect(output).toContain(
      'warning: the target VM was migrated to node "node-2", on which the source VM runs: after the switch, the traffic stays on one node',
    );
    const transcript = readFileSync(testInfo.outputPath('artifacts-0', 'logs', 'ping-migration.txt'), 'utf8');
    expect(transcript).toMatch(/packets transmitted/);
    expect(left(lab)).toEqual([]);
  },
);
