// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cellOf } from '../../../model/cells.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { renderResults } from '../../../reporters/views/results-table.ts';
import {
  isLastLine,
  isPlaceLine,
  renderPlaces,
  renderSummary,
  renderVerdict,
} from '../../../reporters/views/summary.ts';
import { DIAGNOSIS, input, latency, migrated, PARAMETERS } from './run-events.ts';

test('shows one route as a list', () => {
  const route = { family: 'ipv4', direction: 'sourceToTarget' } as const;
  const record = foldEvents([
    input('ipv4'),
    latency('ipv4', 'sourceToTarget'),
    { type: 'path-mtu', cell: cellOf(route), pathMtu: { interfaceMtuBytes: 1500, largestPayloadBytes: 1372 } },
  ]);
  expect(renderResults(record).split('\n')).toEqual([
    'Results',
    '  network          ns/blue',
    '  packets          1200 transmitted, 1199 received, 2 duplicates, 3 errors, 4 corrupted',
    '  packet loss      0.083%',
    '  latency min      1µs',
    '  latency avg      2µs',
    '  latency max      3µs',
    '  latency p50      2µs',
    '  latency p90      3µs',
    '  latency p95      3µs',
    '  latency p99      3µs',
    '  latency p99.9    3µs',
    '  latency std dev  1µs',
    '  jitter           0ns',
    '  longest gap      200.123ms',
    '  measured         119.9s, every 100ms, 56 bytes, ping from iputils 20221126',
    "  path MTU         1400 bytes: largest payload 1372 bytes, the interface's MTU is 1500",
    '  limit on max     no limit',
  ]);
});

test('shows several routes as columns of a table, with a dash for a missing value', () => {
  const record = foldEvents([
    input('ipv4', 'ipv6'),
    { type: 'first-reply', cell: cellOf({ family: 'ipv4', direction: 'sourceToTarget' }), afterNs: 22_000_000 },
    latency('ipv4', 'sourceToTarget', { duplicates: 0, errors: 0, corrupted: 0 }),
    latency('ipv6', 'targetToSource', { errors: 0, corrupted: 0 }),
  ]);
  expect(renderResults(record).split('\n')).toEqual([
    'Results',
    '  network          ns/blue',
    '',
    '                   IPv4              IPv6',
    '                   source to target  target to source',
    '  transmitted      1200              1200',
    '  received         1199              1199',
    '  packet loss      0.083%            0.083%',
    '  latency min      1µs               1µs',
    '  latency avg      2µs               2µs',
    '  latency max      3µs               3µs',
    '  latency p50      2µs               2µs',
    '  latency p90      3µs               3µs',
    '  latency p95      3µs               3µs',
    '  latency p99      3µs               3µs',
    '  latency p99.9    3µs               3µs',
    '  latency std dev  1µs               1µs',
    '  jitter           0ns               0ns',
    '  longest gap      200.123ms         200.123ms',
    '  measured         119.9s            119.9s',
    '  interval         100ms             100ms',
    '  packet size      56 bytes          56 bytes',
    '  cold start       22ms              -',
    '  duplicates       -                 2',
    '',
    '  measured with    ping from iputils 20221126',
    '  limit on max     no limit',
  ]);
});

test('shows a table for each direction if one table would be wider than a terminal', () => {
  const routes = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    (['sourceToTarget', 'targetToSource'] as const).map((direction) => latency(family, direction)),
  );
  const lines = renderResults(foldEvents([input('ipv4', 'ipv6'), ...routes])).split('\n');
  expect(lines.filter((line) => /^ +(IPv|latency min|source to|target to)/.test(line))).toEqual([
    '                   IPv4              IPv6',
    '                   source to target  source to target',
    '  latency min      1µs               1µs',
    '                   IPv4              IPv6',
    '                   target to source  target to source',
    '  latency min      1µs               1µs',
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('shows the gaps and packets of a live migration', () => {
  const record = foldEvents([
    { type: 'input', parameters: { ...PARAMETERS, maxMigrationGapNs: 3_000_000_000 } },
    latency('ipv4', 'sourceToTarget'),
    migrated({ longestGapNs: 2_440_000_000, beforeSwitchGapNs: 2_440_000_000 }),
  ]);
  expect(renderResults(record).split('\n').slice(-5)).toEqual([
    '  live migration   node-2 → node-3, migration took 3.5s',
    '  migration gaps   longest gap 2.44s, before the switch 2.44s, at the switch 214ms',
    '  migration sample 574 transmitted, 52 lost, 14 late, every 20ms',
    '  limit on max     no limit',
    '  limit on gap     3s',
  ]);
});

test('shows the diagnosis first, and retained objects last with the commands to access and remove them', () => {
  const vmi = { namespace: 'ns', name: 'latency-check-source-ab12c' };
  const record = foldEvents([
    input('ipv4'),
    { type: 'creating', vmi, labels: {} },
    { type: 'failure', stage: 'connectivity', code: 'NoConnectivity', findings: [{ what: 'no connectivity' }] },
    { type: 'diagnosis', stage: 'connectivity', diagnosis: DIAGNOSIS },
    { type: 'kept', vmi },
  ]);
  expect(renderSummary(record).split('\n')).toEqual([
    'Diagnosis: the nodes are not connected',
    '  Frames do not leave the node.',
    'Seen:',
    '  - replies on one node',
    'What to do next:',
    '  - look at the uplink',
    '  - apply:',
    '    kind: Role',
    `See "${DIAGNOSIS.id}" in docs/failure-reasons.md`,
    'Results',
    '  network          ns/blue',
    'Retained for debugging',
    "  VMI 'ns/latency-check-source-ab12c'",
    '    state    kubectl get vmi -n ns latency-check-source-ab12c -o yaml',
    '    console  virtctl console -n ns latency-check-source-ab12c',
    '    remove   kubectl delete vmi -n ns latency-check-source-ab12c',
  ]);
});

test('is empty for a run without events', () => {
  expect(renderSummary(foldEvents([]))).toBe('');
});

test('the verdict has the headline of the run', () => {
  const failed = { succeeded: false, failureReason: 'setup: x', fullReason: 'setup: x' };
  expect(renderVerdict(foldEvents([]), failed)).toBe('Verdict: FAILED  setup: x');
  const reason = 'interrupted by SIGINT during setup';
  const interrupted = { succeeded: false, failureReason: reason, fullReason: reason, interruptedBy: 'SIGINT' };
  expect(renderVerdict(foldEvents([]), interrupted)).toBe(`Verdict: INTERRUPTED  ${reason}`);
  const succeeded = { succeeded: true, failureReason: '', fullReason: '' };
  expect(renderVerdict(foldEvents([input('ipv4'), latency('ipv4', 'sourceToTarget')]), succeeded)).toMatch(
    /^Verdict: SUCCEEDED {2}p50 1\.9µs p99 2\.99µs max 3µs, 0\.083% loss$/,
  );
});

test('names each known place, below the working directory by its relative path', () => {
  const lines = renderPlaces({
    report: `${process.cwd()}/artifacts/report.html`,
    artifacts: '/elsewhere',
    configMap: { namespace: 'ns', name: 'x' },
  });
  expect(lines).toEqual(['Report:    artifacts/report.html', 'Artifacts: /elsewhere', 'ConfigMap: ns/x']);
  expect(lines.map(isPlaceLine)).toEqual([true, true, true]);
  expect(renderPlaces({ artifacts: '/artifacts', pod: 'x-1' })).toEqual([
    'Artifacts: /artifacts (in pod "x-1": see docs/artifacts.md)',
  ]);
  expect(renderPlaces({})).toEqual([]);
  expect(['Results', '  Report:    x', 'warning: the ConfigMap: x'].map(isPlaceLine)).toEqual([false, false, false]);
  expect(isLastLine('Kubevirt VM latency checkup failed: x')).toBe(true);
});
