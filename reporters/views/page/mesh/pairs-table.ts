// SPDX-License-Identifier: Apache-2.0
/** The pairs of a mesh as a table: failed ones first, then the slowest. */
import type { MeshResult } from '../../../../model/mesh/mesh-result.ts';
import { countedSample, judgedNs, type MeshPair, type PairSample } from '../../../../model/mesh/pair.ts';
import { IP_FAMILIES } from '../../../../model/ip-family.ts';
import { renderScope } from '../../../../model/routes.ts';
import { renderLongTable, type LongTable, type TextCell } from '../long-table.ts';
import { html, type Content } from '../html.ts';
import { renderCount, renderIn, renderTime, unitOf } from '../quantity.ts';

const RESULTS: Readonly<Record<MeshPair['state'], string>> = {
  failed: '✗ failed',
  contended: 'contended',
  unmeasured: 'not measured',
  passed: 'passed',
};
/** Explains the state. */
export const CONTENDED = 'passed alone, slower while other pairs were measured';
const STATES = Object.keys(RESULTS) as MeshPair['state'][];

interface Row {
  readonly pair: MeshPair;
  readonly sample: PairSample | undefined;
  readonly judged: number | undefined;
}

/** @param table its label, and where a page without scripts finds all pairs */
export function renderPairs(
  mesh: MeshResult,
  pairs: readonly MeshPair[],
  table: Pick<LongTable, 'title' | 'elsewhere'>,
): Content {
  if (pairs.length === 0) return '';
  const rows = pairs.map((pair): Row => {
    const sample = countedSample(pair);
    return { pair, sample, judged: judgedNs(sample, mesh.statistic) };
  });
  rows.sort((a, b) => rank(a) - rank(b) || (b.judged ?? 0) - (a.judged ?? 0));
  const unit = unitOf([typical(rows.flatMap(({ judged }) => judged ?? []))]);
  const places = new Map(mesh.nodes.map((node, index) => [node, index]));
  const severalFamilies = new Set(pairs.map(({ family }) => family)).size > 1;
  const time = (ns: number | undefined): TextCell =>
    ns === undefined ? { content: '–', order: -1 } : { content: renderIn(ns, unit), order: ns };
  const node = (name: string): TextCell => ({ content: name, order: places.get(name) ?? places.size });
  const cells = rows.map(({ pair, sample, judged }): TextCell[] => {
    const lost = sample === undefined ? undefined : Math.max(0, sample.transmitted - sample.received);
    return [
      node(pair.from),
      node(pair.to),
      ...(severalFamilies ? [{ content: renderScope([pair.family]), order: IP_FAMILIES.indexOf(pair.family) }] : []),
      { content: RESULTS[pair.state], order: STATES.indexOf(pair.state) },
      time(sample?.latency?.p50Ns),
      ...(mesh.statistic === 'p50' ? [] : [time(judged)]),
      { content: lost === undefined ? '–' : `${lost} of ${sample?.transmitted ?? 0}`, order: lost ?? -1 },
      { content: String(pair.round), order: pair.round },
      { content: noteOf(pair, mesh) },
    ];
  });
  const number = true as const;
  const columns = [
    { title: 'Source' },
    { title: 'Target' },
    ...(severalFamilies ? [{ title: 'Family' }] : []),
    { title: 'Result' },
    { title: `p50, ${unit.name}`, number },
    ...(mesh.statistic === 'p50' ? [] : [{ title: `${mesh.statistic}, ${unit.name}`, number }]),
    { title: 'Lost', number },
    { title: 'Round', number },
    { title: 'Note' },
  ];
  return html`<details class="card fold pairs" ${mesh.pairsFailed > 0 && html`open`}>
    <summary>
      <h2>Pairs</h2>
      <span class="note">${renderCount(pairs.length)} ${pairs.length === 1 ? 'pair' : 'pairs'}</span>
    </summary>
    ${renderLongTable({ ...table, columns, rows: cells })}
  </details>`;
}

function rank({ pair, sample }: Row): number {
  if (pair.state === 'failed') return sample?.latency === undefined ? 0 : 1;
  return pair.state === 'unmeasured' ? 3 : 2;
}

/** One outlier does not decide the unit of the column. */
function typical(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A retest explains a pair only if the result was different before. */
function noteOf({ state, reason, notRetested, retest, sample }: MeshPair, { statistic }: MeshResult): string {
  const before = judgedNs(sample, statistic);
  const first = before === undefined ? 'no reply' : `${statistic} ${renderTime(before)}`;
  const again = `${first} in its round, measured again alone`;
  const notes = [
    ...(reason === undefined ? [] : [reason]),
    ...(notRetested === undefined ? [] : ['not retested']),
    ...(retest === undefined
      ? []
      : [state === 'failed' ? 'also in the retest' : state === 'contended' ? `${CONTENDED}: ${first}` : again]),
  ];
  return notes.join('; ');
}
