// SPDX-License-Identifier: Apache-2.0
/** pairs.csv, and the files of a mesh. */
import { expect, test } from '@playwright/test';
import type { MeshPair } from '../../../model/mesh/pair.ts';
import { safeParse } from 'valibot';
import { RESULT_DOCUMENT, type ResultDocument } from '../../../model/result-document.ts';
import { renderMeshFiles } from '../../../reporters/views/mesh-files.ts';
import { renderPairsCsv } from '../../../reporters/views/pairs-csv.ts';
import { NETWORK_PAGES } from './page/network-documents.ts';
import { PAGES } from './page/page-documents.ts';

function documentWith(pairs: readonly MeshPair[]): ResultDocument {
  const document = NETWORK_PAGES['mesh of 4'];
  const [network] = document?.networks ?? [];
  if (document === undefined || network === undefined) throw new Error('no mesh');
  return { ...document, networks: [{ ...network, pairs }] };
}

/** Parses RFC 4180. */
function parse(csv: string): Record<string, string>[] {
  const rows = csv
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
        quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      ),
    );
  const [head = [], ...body] = rows;
  return body.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

const FAILED: MeshPair = {
  from: 'w1',
  to: 'w2',
  family: 'ipv6',
  round: 3,
  state: 'failed',
  reason: 'no reply, "50" lost',
  notRetested: true,
  sample: { transmitted: 50, received: 0 },
};

test('one row for each pair, with the units in the names of the columns', () => {
  const [first] = NETWORK_PAGES['mesh of 4']?.networks?.[0]?.pairs ?? [];
  const csv = renderPairsCsv(documentWith(first === undefined ? [FAILED] : [first, FAILED])) ?? '';
  const [passed, failed, ...others] = parse(csv);
  expect(others).toEqual([]);
  expect(csv.split('\r\n')[0]).toBe(
    'network,source_node,target_node,source_zone,target_zone,ip_family,round,state,reason,not_retested,' +
      ['', 'retest_']
        .map((prefix) =>
          'transmitted_packets received_packets min_ns avg_ns max_ns std_dev_ns p50_ns p90_ns p95_ns p99_ns p999_ns jitter_ns'
            .split(' ')
            .map((column) => prefix + column)
            .join(),
        )
        .join(),
  );
  expect(passed).toMatchObject({ network: 'latency/blue', transmitted_packets: '50' });
  expect(passed?.['p50_ns']).toMatch(/^\d+$/);
  expect(failed).toMatchObject({
    source_node: 'w1',
    target_node: 'w2',
    ip_family: 'ipv6',
    round: '3',
    state: 'failed',
    reason: 'no reply, "50" lost',
    not_retested: 'true',
    received_packets: '0',
    p50_ns: '',
    retest_transmitted_packets: '',
  });
});

test('a text is no formula, no second row and no control character', () => {
  const reasons = ['=cmd|calc', '+1', '-1', '@SUM(A1)', 'a\r\n=b', '\t=1', '\u001b[31mred\u202e', 'plain'];
  const csv = renderPairsCsv(documentWith(reasons.map((reason) => ({ ...FAILED, reason })))) ?? '';
  expect(parse(csv).map(({ reason }) => reason)).toEqual([
    "'=cmd|calc",
    "'+1",
    "'-1",
    "'@SUM(A1)",
    'a =b',
    "'=1",
    'red',
    'plain',
  ]);
});

test('a mesh has pairs.csv and a heat map for each network and IP family, a pair has none', () => {
  expect(renderMeshFiles(PAGES['success'] ?? documentWith([]))).toEqual([]);
  expect(renderMeshFiles(NETWORK_PAGES['three networks'] ?? documentWith([]))).toEqual([]);
  const names = (document: ResultDocument | undefined): string[] =>
    document === undefined ? [] : renderMeshFiles(document).map(({ file }) => file);
  expect(names(NETWORK_PAGES['three meshes'])).toEqual([
    'pairs.csv',
    'charts/heat-map-latency.blue.svg',
    'charts/heat-map-latency.red.svg',
    'charts/heat-map-latency.green.svg',
  ]);
  expect(names(documentWith([FAILED, { ...FAILED, family: 'ipv4' }]))).toEqual([
    'pairs.csv',
    'charts/heat-map-latency.blue-ipv4.svg',
    'charts/heat-map-latency.blue-ipv6.svg',
  ]);
});

test('the synthetic documents are results', () => {
  for (const document of Object.values(NETWORK_PAGES)) {
    expect(safeParse(RESULT_DOCUMENT, JSON.parse(JSON.stringify(document))).issues).toBeUndefined();
  }
});
