// SPDX-License-Identifier: Apache-2.0
/** The zones of a large mesh: the median round-trip time and the failed pairs between each two of them. */
import { countedSample, isFailed, isMeasured, type MeshPair } from '../../../../model/mesh/pair.ts';
import type { MeshResult } from '../../../../model/mesh/mesh-result.ts';
import { html, type Content, type Html } from '../html.ts';
import { renderCount, renderTime } from '../quantity.ts';
import { levelOf } from './cells.ts';
import { renderSwatch } from './heat-map.ts';

/** Above this number of nodes, the reader sees zones before nodes. */
const MANY_NODES = 60;

/** Returns "" for a small mesh, or one without zones. @param place the id of the heat map, and the label of the table */
export function renderZoneMatrix(
  mesh: MeshResult,
  pairs: readonly MeshPair[],
  { map, label }: { readonly map: string; readonly label: string },
): Content {
  const zones = [...new Set(mesh.nodes.map((node) => mesh.zones[node] ?? ''))];
  if (mesh.nodes.length <= MANY_NODES || zones.length < 2) return '';
  const byZones = Map.groupBy(pairs.filter(isMeasured), ({ from, to }) =>
    keyOf(mesh.zones[from] ?? '', mesh.zones[to] ?? ''),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="zones">
      <thead>
        <tr>
          <th scope="col">Zone</th>
          ${zones.map((zone) => html`<th scope="col">${nameOf(zone)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${zones.map(
          (from) =>
            html`<tr>
              <th scope="row">${nameOf(from)}</th>
              ${zones.map((to) => html`<td>${cell(byZones.get(keyOf(from, to)) ?? [], mesh, map)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cell(pairs: readonly MeshPair[], { medianLatencyNs }: MeshResult, map: string): Html {
  const failed = pairs.filter(isFailed).length;
  const times = pairs.flatMap((pair) => countedSample(pair)?.latency?.p50Ns ?? []).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  if (pairs.length === 0) return html`<span class="quiet">not measured</span>`;
  const kind = median === undefined ? 'failed' : levelOf(median, medianLatencyNs);
  return html`${renderSwatch(kind, map)}${median === undefined ? '' : renderTime(median)}${
    failed > 0 && html` <b class="failed">✗ ${renderCount(failed)} of ${renderCount(pairs.length)} failed</b>`
  }`;
}

function keyOf(zone: string, other: string): string {
  return zone < other ? `${zone}\n${other}` : `${other}\n${zone}`;
}

function nameOf(zone: string): string {
  return zone === '' ? 'no zone' : zone;
}
