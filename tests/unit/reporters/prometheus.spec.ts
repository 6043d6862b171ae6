// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cellOf } from '../../../model/cells.ts';
import parsePrometheus from 'parse-prometheus-text-format';
import { renderPrometheus } from '../../../reporters/views/prometheus.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { resultDocument } from '../../../reporters/views/json.ts';
import { input, latency, migrated, PARAMETERS } from './run-events.ts';

const PREFIX = 'kubevirt_vm_latency_';

test('every metric is in base units and has labels for its route', () => {
  const route = { family: 'ipv6', direction: 'sourceToTarget' } as const;
  const record = foldEvents([
    {
      type: 'claim',
      state: 'held',
      configMap: {
        namespace: 'ns',
        name: 'c',
        uid: 'u',
        startTimestamp: '2026-01-02T03:04:05Z',
        runId: '0123456789abcdef',
      },
    },
    {
      type: 'input',
      parameters: {
        ...PARAMETERS,
        ipFamilies: ['ipv6'],
        network: { namespace: 'ns', name: '"a\\b"' },
        latencyStatistic: 'p99',
        maxLatencyNs: 61_200_000,
        maxPacketLossPercent: 0.5,
        maxMigrationGapNs: 2_000_000_000,
      },
    },
    { type: 'cluster', versions: { kubernetes: 'v1.34.1', kubeVirt: 'v1.9.0' } },
    { type: 'image', image: 'quay.io/x:1' },
    { type: 'network', binding: 'sriov', reason: 'x' },
    { type: 'placement', guest: 'source', node: 'node-1' },
    { type: 'placement', guest: 'target', node: 'node-2' },
    { type: 'creating', vmi: { namespace: 'ns', name: 'left' }, labels: {} },
    { type: 'first-reply', cell: cellOf(route), afterNs: 22_000_000 },
    { type: 'path-mtu', cell: cellOf(route), pathMtu: { interfaceMtuBytes: 1500, largestPayloadBytes: 1352 } },
    latency('ipv6', 'sourceToTarget'),
    migrated(),
    { type: 'failure', stage: 'latency', code: 'LatencyExceeded', findings: [{ what: 'm' }] },
    { type: 'failure', stage: 'latency', code: 'LatencyExceeded', findings: [{ what: 'again' }] },
  ]);
  const verdict = { succeeded: false, failureReason: 'm', fullReason: 'm in full' };
  const completed = new Date('2026-01-02T03:05:05Z');
  const stages = [
    { stage: 'setup', outcome: 'passed', startTimestamp: '2026-01-02T03:04:06.000Z', durationMs: 4600 },
    { stage: 'latency', outcome: 'unfinished', startTimestamp: '2026-01-02T03:04:16.000Z' },
  ] as const;
  const document = resultDocument(record, { verdict, completed, interruptedBy: undefined }, stages);

  const metrics = parsePrometheus(renderPrometheus(document, record.routes));
  expect(metrics.map(({ type }) => type)).toEqual(metrics.map(() => 'GAUGE'));
  expect(metrics.filter(({ help }) => help === '')).toEqual([]);
  const network = { network_namespace: 'ns', network_name: '"a\\b"' };
  const of = { ...network, source_node: 'node-1', target_node: 'node-2', family: 'ipv6', direction: 'sourceToTarget' };
  const moved = { ...network, from_node: 'node-2', to_node: 'node-3' };
  const seen = metrics.flatMap(({ name, metrics: own }) =>
    own.map(({ value, labels }) => [name.replace(PREFIX, ''), Number(value), labels]),
  );
  expect(seen).toEqual([
    ['success', 0, network],
    [
      'info',
      1,
      { ...network, kubernetes_version: 'v1.34.1', kubevirt_version: 'v1.9.0', binding: 'sriov', image: 'quay.io/x:1' },
    ],
    ['start_timestamp_seconds', Date.parse('2026-01-02T03:04:05Z') / 1000, network],
    ['completion_timestamp_seconds', completed.getTime() / 1000, network],
    ['failure', 1, { ...network, stage: 'latency', code: 'LatencyExceeded' }],
    ['stage_duration_seconds', 4.6, { ...network, stage: 'setup' }],
    ['vmis_left', 1, network],
    ['vmis_kept', 0, network],
    ['limit_round_trip_seconds', 0.0612, { ...network, statistic: 'p99' }],
    ['limit_packet_loss_ratio', 0.005, network],
    ['limit_migration_gap_seconds', 2, network],
    ['round_trip_min_seconds', 0.000001, of],
    ['round_trip_avg_seconds', 0.000002, of],
    ['round_trip_max_seconds', 0.000003, of],
    ['round_trip_stddev_seconds', 0.000000501, of],
    ['round_trip_p50_seconds', 0.0000019, of],
    ['round_trip_p90_seconds', 0.0000025, of],
    ['round_trip_p95_seconds', 0.00000275, of],
    ['round_trip_p99_seconds', 0.00000299, of],
    ['round_trip_p999_seconds', 0.000002999, of],
    ['jitter_seconds', 0.000000077, of],
    ['longest_gap_seconds', 0.200123456, of],
    ['cold_start_seconds', 0.022, of],
    ['measurement_duration_seconds', 119.93, of],
    ['packets_transmitted', 1200, of],
    ['packets_received', 1199, of],
    ['packets_duplicated', 2, of],
    ['packet_errors', 7, of],
    ['packet_loss_ratio', 0.00083, of],
    ['interface_mtu_bytes', 1500, of],
    ['largest_payload_bytes', 1352, of],
    ['path_mtu_bytes', 1400, of],
    ['migration_longest_gap_seconds', 2.440123456, moved],
    ['migration_before_switch_gap_seconds', 2.440123456, moved],
    ['migration_switch_gap_seconds', 0.214, moved],
    ['migration_packets_transmitted', 574, moved],
    ['migration_packets_lost', 52, moved],
    ['migration_packets_late', 14, moved],
    ['migration_duration_seconds', 3.52, moved],
  ]);
});

test('an unknown value has no metric', () => {
  const verdict = { succeeded: true, failureReason: '', fullReason: '' };
  const given = { verdict, completed: new Date(0), interruptedBy: undefined };
  const metrics = parsePrometheus(renderPrometheus(resultDocument(foldEvents([input('ipv4')]), given, []), []));
  expect(metrics.map(({ name, metrics: own }) => [name.replace(PREFIX, ''), own[0]?.value])).toEqual([
    ['success', '1'],
    ['info', '1'],
    ['completion_timestamp_seconds', '0'],
    ['vmis_left', '0'],
    ['vmis_kept', '0'],
    ['last_success_timestamp_seconds', '0'],
  ]);
});
