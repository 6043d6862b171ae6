// SPDX-License-Identifier: Apache-2.0
/** result.json and metrics.prom of a run on several networks. */
import { expect, test } from '@playwright/test';
import parsePrometheus from 'parse-prometheus-text-format';
import type { StageRecord } from '../../../model/result-document.ts';
import { foldNetworks } from '../../../reporters/record.ts';
import { runResult } from '../../../reporters/run-result.ts';
import { networkFindings, runDocument } from '../../../reporters/views/json.ts';
import { renderNetworks } from '../../../reporters/views/prometheus.ts';
import { schemaErrors } from '../../support/result-schema.ts';
import { renderRunStatus } from '../../../reporters/views/configmap.ts';
import { failure, measured, NETWORKS, networksInput, placed } from './network-events.ts';
import { migrated } from './run-events.ts';

const [BLUE, RED] = NETWORKS;
const EVENTS = [
  networksInput(),
  measured(BLUE, 1),
  { ...migrated(), network: 'ns/blue' },
  placed(RED, 'source', 'node-1'),
  failure(RED, 'setup', 'SetupFailed', 'no bridge'),
];
const OUTCOME = { passed: false, interruptedBy: undefined, stage: 'teardown', errors: [] } as const;
const WRITTEN = {
  result: runResult(foldNetworks(EVENTS), OUTCOME),
  completed: new Date('2026-01-02T03:05:05Z'),
  interruptedBy: undefined,
};

function stagesOf(network?: string): StageRecord[] {
  const stage = network === undefined ? 'input' : 'setup';
  return [{ stage, outcome: 'passed', startTimestamp: '2026-01-02T03:04:05Z', durationMs: network?.length ?? 0 }];
}

test('result.json has each network, and the members of the worst one', () => {
  const document = runDocument(WRITTEN, stagesOf);
  expect(schemaErrors(JSON.parse(JSON.stringify(document)))).toEqual([]);
  expect(document.networks).toMatchObject([
    {
      network: BLUE,
      succeeded: true,
      failureReason: '',
      measured: true,
      routes: [{ family: 'ipv4' }],
      failures: [],
      migration: { longestGapNs: 2_440_123_456, durationMs: 3520, createdAtMs: 3010 },
    },
    { network: RED, succeeded: false, failureReason: 'setup: no bridge', measured: false, source: { node: 'node-1' } },
    { succeeded: false, failureReason: 'not measured: the run ended before', measured: false },
  ]);
  expect(document.networks?.[2]).not.toHaveProperty('source');
  // That of the worst network, which has none.
  expect(document.migration).toBeUndefined();
  expect(document).toMatchObject({
    source: { node: 'node-1' },
    routes: [],
    failures: [{ code: 'SetupFailed' }],
    stages: [{ stage: 'input' }, { stage: 'setup', durationMs: 6 }],
  });
});

test('the keys of a live migration are those of its network', () => {
  const keys = Object.keys(renderRunStatus(WRITTEN.result, WRITTEN.completed)).filter((key) =>
    key.includes('migration'),
  );
  expect(keys).toHaveLength(9);
  expect(keys.every((key) => key.startsWith('status.result.network1.migration.'))).toBe(true);
});

test('metrics.prom has the lines of each network', () => {
  const metrics = parsePrometheus(renderNetworks(networkFindings(WRITTEN, stagesOf)));
  const values = (name: string): unknown[] =>
    (metrics.find((metric) => metric.name === `kubevirt_vm_latency_${name}`)?.metrics ?? []).map(
      ({ labels, value }) => [labels?.['network_name'], Number(value)],
    );
  expect(values('success')).toEqual([
    ['blue', 1],
    ['red', 0],
    ['green', 0],
  ]);
  expect(values('failure')).toEqual([['red', 1]]);
  expect(values('round_trip_max_seconds')).toEqual([['blue', 0.001]]);
  expect(values('migration_longest_gap_seconds')).toEqual([['blue', 2.440123456]]);
});
