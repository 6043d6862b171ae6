// SPDX-License-Identifier: Apache-2.0
/** The sections of a mesh: figures, nodes that are missing, heat map and pairs. */
import { IP_FAMILIES, type IpFamily } from '../../../../model/ip-family.ts';
import type { MeshResult, NodeReason } from '../../../../model/mesh/mesh-result.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { renderScope } from '../../../../model/routes.ts';
import { hrefOf } from '../files.ts';
import { labelledBy, type Scope } from '../scope.ts';
import { html, type Content, type Html } from '../html.ts';
import { renderCount, renderIn, renderTime, unitOf } from '../quantity.ts';
import { renderSteps } from '../diagnosis.ts';
import { missingNodeSteps } from '../next-steps.ts';
import { renderFigureTiles, type Figure } from '../tiles.ts';
import type { HeatMapInput } from './cells.ts';
import { renderHeatMap, renderSwatch } from './heat-map.ts';
import { CONTENDED, renderPairs } from './pairs-table.ts';
import { renderZoneMatrix } from './zone-matrix.ts';

/** Nodes that are left out, in the title of their list. */
const MOST_NAMED = 3;

export interface MeshView extends HeatMapInput {
  readonly mesh: MeshResult;
  /** Of one network among several. */
  readonly scope: Scope;
  /** Path of pairs.csv in the artifacts; undefined if there is none. */
  readonly csv: string | undefined;
}

export function renderMeshFigures(view: MeshView): Html {
  return html`<section aria-label="Main figures${view.scope.of}">${renderFigureTiles(figuresOf(view))}</section>`;
}

function figuresOf({ mesh, maxLatencyNs }: MeshView): Figure[] {
  const { pairsMeasured, pairsPlanned, pairsFailed, pairsContended, statistic } = mesh;
  const { packetsTransmitted: transmitted, packetsReceived: received } = mesh;
  const unit = unitOf([mesh.p95PairLatencyNs ?? 0, mesh.medianLatencyNs ?? 0]);
  const time = (ns: number | undefined): Pick<Figure, 'value' | 'unit'> =>
    ns === undefined ? { value: '–', unit: '' } : { value: renderIn(ns, unit), unit: unit.name };
  const lost = Math.max(0, transmitted - received);
  const percent = transmitted === 0 ? 0 : Number(((100 * lost) / transmitted).toPrecision(2));
  const contended = pairsContended > 0 && `; ${renderCount(pairsContended)} contended (${CONTENDED})`;
  return [
    {
      label: 'pairs failed',
      value: renderCount(pairsFailed),
      unit: '',
      note: html`of ${renderCount(pairsMeasured)} measured${contended}`,
      exceeded: pairsFailed > 0,
    },
    {
      label: 'pairs measured',
      value: renderCount(pairsMeasured),
      unit: '',
      note: `of ${renderCount(pairsPlanned)} planned, ${renderRounds(mesh)}`,
      exceeded: pairsMeasured < pairsPlanned,
    },
    {
      label: 'median round trip',
      ...time(mesh.medianLatencyNs),
      note: 'median over all pairs',
      exceeded: false,
    },
    {
      label: `${statistic} of 95% of pairs`,
      ...time(mesh.p95PairLatencyNs),
      note: `or less${maxLatencyNs === undefined ? '' : `; threshold ${renderTime(maxLatencyNs)}`}`,
      exceeded: false,
    },
    {
      label: 'loss',
      value: String(percent),
      unit: '%',
      note: `${renderCount(lost)} of ${renderCount(transmitted)} pings`,
      exceeded: false,
    },
  ];
}

function renderRounds({ roundsMeasured, roundsPlanned, firstRound }: MeshResult): string {
  const from = firstRound > 1 ? `, from round ${firstRound}` : '';
  return `${roundsMeasured} of ${roundsPlanned} rounds${from}`;
}

/** Returns "" if the mesh has all nodes. */
export function renderMissingNodes({ mesh: { notMeasured, leftOut }, scope }: MeshView): Content {
  return [
    notMeasured.length > 0 &&
      html`<section class="card diagnosis" aria-labelledby="${labelledBy(scope, 'not-measured')}">
        <h2 id="${scope.id}not-measured">${nodesAre(notMeasured.length, 'not measured')}</h2>
        ${list(notMeasured)} ${renderSteps(missingNodeSteps(notMeasured))}
      </section>`,
    leftOut.length > 0 &&
      html`<details class="card fold">
        <summary>
          <h2>Nodes left out</h2>
          <span class="note">${namesOf(leftOut) ?? nodesAre(leftOut.length, 'not part of the mesh')}</span>
        </summary>
        ${list(leftOut)}
      </details>`,
  ];
}

function nodesAre(count: number, what: string): string {
  return count === 1 ? `1 node was ${what}` : `${count} nodes were ${what}`;
}

/** Returns undefined if there are more names than a line holds. */
function namesOf(nodes: readonly NodeReason[]): string | undefined {
  return nodes.length > MOST_NAMED ? undefined : nodes.map(({ node }) => node).join(', ');
}

function list(nodes: readonly NodeReason[]): Html {
  return html`<ul>
    ${nodes.map(({ node, reason }) => html`<li><b>${node}</b>: ${reason}</li>`)}
  </ul>`;
}

/** Returns "" if no pair was planned. */
export function renderMaps(view: MeshView): Content {
  const { pairs, scope } = view;
  const families = IP_FAMILIES.filter((family) => pairs.some((pair) => pair.family === family));
  if (families.length === 0) return '';
  return html`<section class="card" aria-labelledby="${labelledBy(scope, 'map')}">
    <h2 id="${scope.id}map">Between which nodes</h2>
    ${families.map((family) => renderMap(view, family, families.length > 1 ? renderScope([family]) : ''))}
  </section>`;
}

function renderMap(view: MeshView, family: IpFamily, title: string): Html {
  const { pairs, scope } = view;
  const id = `${scope.id}map-${family}`;
  const { svg, legend } = renderHeatMap(view, family, id);
  return html`${title !== '' && html`<h3>${title}</h3>`}
    ${renderZoneMatrix(
      view.mesh,
      pairs.filter((pair) => pair.family === family),
      { map: id, label: `Zones${title === '' ? '' : `, ${title}`}${scope.of}` },
    )}
    <div class="scroll map" tabindex="0" role="region" aria-label="Heat map ${title}${scope.of}">${svg}</div>
    <ul class="legend">
      ${legend.map(({ kind, text }) => html`<li>${renderSwatch(kind, id)}${text}</li>`)}
    </ul>
    <p class="note">
      Median round-trip time of each pair: the row is the source, the column the target.
      ${!isBidirectional(pairs) && 'Each pair was measured in one direction and is shown in both. '}The colours are
      relative to the network’s median, on a logarithmic scale.
    </p>`;
}

function isBidirectional(pairs: readonly MeshPair[]): boolean {
  const keys = new Set(pairs.map(({ from, to }) => `${from} ${to}`));
  return pairs.some(({ from, to }) => keys.has(`${to} ${from}`));
}

export function renderPairsOf({ mesh, pairs, csv, scope }: MeshView): Content {
  const elsewhere =
    csv === undefined
      ? 'All of them are in result.json.'
      : html`All of them are in <a href="${hrefOf(csv)}">${csv}</a>.`;
  return renderPairs(mesh, pairs, { title: `Pairs${scope.of}`, elsewhere });
}
