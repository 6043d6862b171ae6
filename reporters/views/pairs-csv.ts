// SPDX-License-Identifier: Apache-2.0
/** Renders `pairs.csv` (RFC 4180): the pairs of all meshes of a run, one row for each direction and IP family. */
import { LATENCY_MEMBERS } from '../../model/latency.ts';
import type { MeshPair, PairSample } from '../../model/mesh/pair.ts';
import { renderRef } from '../../model/object-ref.ts';
import type { NetworkResult, ResultDocument } from '../../model/result-document.ts';
import { plainText } from '../../model/text.ts';

type Value = string | number | boolean | undefined;

/** The columns of a sample, with their units: "p50_ns". */
const SAMPLE_COLUMNS = ['transmitted_packets', 'received_packets', ...LATENCY_MEMBERS.map(columnOf)];
const COLUMNS = [
  'network',
  'source_node',
  'target_node',
  'source_zone',
  'target_zone',
  'ip_family',
  'round',
  'state',
  'reason',
  'not_retested',
  ...SAMPLE_COLUMNS,
  ...SAMPLE_COLUMNS.map((column) => `retest_${column}`),
];

/** Returns undefined for a run without a mesh. */
export function renderPairsCsv({ networks = [] }: ResultDocument): string | undefined {
  const rows = networks.flatMap((network) => (network.pairs ?? []).map((pair) => rowOf(network, pair)));
  if (rows.length === 0) return undefined;
  return [COLUMNS, ...rows].map((row) => `${row.map(renderValue).join()}\r\n`).join('');
}

function rowOf({ network, mesh }: NetworkResult, pair: MeshPair): Value[] {
  const { from, to, family, round, state, reason, notRetested = false, sample, retest } = pair;
  const zones = mesh?.zones ?? {};
  return [
    renderRef(network),
    from,
    to,
    zones[from],
    zones[to],
    family,
    round,
    state,
    reason,
    notRetested,
    ...valuesOf(sample),
    ...valuesOf(retest),
  ];
}

function valuesOf(sample: PairSample | undefined): Value[] {
  return [sample?.transmitted, sample?.received, ...LATENCY_MEMBERS.map((member) => sample?.latency?.[member])];
}

/** stdDevNs → "std_dev_ns" */
function columnOf(member: string): string {
  return member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function renderValue(value: Value): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = plainText(value).replace(/\s+/g, ' ').trim();
  // A spreadsheet evaluates a cell that begins like a formula (CWE-1236).
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
