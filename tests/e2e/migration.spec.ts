// SPDX-License-Identifier: Apache-2.0
/** The live migration of the target VM: its figures, its threshold, and what prevents it. SIMULATED guests and migrations. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { MIGRATION_SCENARIOS } from '../../lab/scenarios.ts';
import type { LabOptions } from '../../lab/lab.ts';
import { configMapData, migratedObjectsLeft, setConfigMap, vmisCreated } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac, extendedRbac, migrationRbac } from '../support/permissions.ts';

const MIGRATE = { LIVE_MIGRATION: 'true', SAMPLE_DURATION_SECONDS: '1' };
const GAP_MS = 400;

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
    expect(migratedObjectsLeft(lab)).toEqual([]);
  },
);

interface Case {
  readonly title: string;
  readonly scenario?: string;
  readonly lab?: Partial<LabOptions>;
  /** What the admission of the migration answers. */
  readonly refusal?: string;
  readonly timeout?: string;
  readonly env?: Record<string, string>;
  readonly reason: RegExp;
  readonly diagnosis: string;
  /** Nothing was created. */
  readonly early?: true;
}

const VMI = String.raw`VMI 'latency/latency-check-target-\w+'`;
const ALL = [...checkupRbac(), ...extendedRbac(), ...migrationRbac()];

const CASES: readonly Case[] = [
  {
    title: 'a permission is missing',
    lab: { objects: [...checkupRbac(), ...extendedRbac()] },
    reason:
      /^prerequisites: permission missing: a live migration needs rule kubevirt\.io\/virtualmachineinstancemigrations \[create, get, delete\] in namespace "latency" \(manifests\/rbac-migration\.yaml\)$/,
    diagnosis: 'permission-missing',
    early: true,
  },
  {
    title: 'only one node is usable, although both are named',
    lab: { nodes: 1 },
    env: { SOURCE_NODE: 'node-1', TARGET_NODE: 'node-1' },
    reason: /^prerequisites: at least two nodes that can run VMs are needed, found 1$/,
    diagnosis: 'no-second-node',
    early: true,
  },
  {
    title: 'the VMI is not migratable',
    scenario: 'migration-refused',
    reason: new RegExp(`^run: ${VMI} cannot be live-migrated: .* \\(InterfaceNotLiveMigratable: cannot migrate VMI`),
    diagnosis: 'not-migratable',
  },
  {
    title: 'its admission is refused',
    refusal:
      'admission webhook "migration-create-validator.kubevirt.io" denied the request: in-flight migration detected. Active migration job (abc) is currently already in progress for VMI x.',
    reason: new RegExp(`^run: live migration of ${VMI} was refused: .* \\(in-flight migration detected\\.`),
    diagnosis: 'migration-refused',
  },
  {
    title: 'it fails',
    scenario: 'migration-fails',
    reason: new RegExp(`^run: live migration of ${VMI} failed: .*virError\\(Code=9`),
    diagnosis: 'migration-failed',
  },
  {
    title: 'no node can take the VM until spec.timeout',
    scenario: 'migration-no-node',
    timeout: '22s',
    reason:
      /^timed out after 22s during migration: .*phase Scheduling, target pod: PodScheduled=False \(Unschedulable: 0\/2/,
    diagnosis: 'migration-no-node',
  },
  {
    title: 'it does not end until spec.timeout',
    scenario: 'migration-hangs',
    timeout: '22s',
    reason: new RegExp(`^timed out after 22s during migration: .*the live migration of ${VMI}.*phase Running`),
    diagnosis: 'migration-failed',
  },
];

for (const { title, scenario, lab: options, refusal, timeout, env, reason, diagnosis, early } of CASES) {
  test(`reports the reason when ${title}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const found = MIGRATION_SCENARIOS.find(({ name }) => name === scenario);
    const lab = await newLab({ objects: ALL, ...found?.options, ...options });
    found?.begin?.(lab);
    const resource = 'virtualmachineinstancemigrations';
    if (refusal !== undefined) lab.inject({ verb: 'create', resource, times: 1, effect: { denied: refusal } });
    if (timeout !== undefined) setConfigMap(lab, { 'spec.timeout': timeout });
    const run = checkup(lab, { serviceAccount: CHECKUP_ACCOUNT, env: { ...MIGRATE, ...env } });
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    const result = readFileSync(testInfo.outputPath('artifacts-0', 'result.json'), 'utf8');
    expect((JSON.parse(result) as { failureReason: string }).failureReason).toMatch(reason);
    expect(result).toContain(`"id": "${diagnosis}"`);
    if (early === true) expect(vmisCreated(lab)).toBe(0);
    expect(migratedObjectsLeft(lab)).toEqual([]);
  });
}
