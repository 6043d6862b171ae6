// SPDX-License-Identifier: Apache-2.0
/** The main figures: tiles for one route, a table for several. */
import type { LatencyStatistic } from '../../../model/latency.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderRoute } from '../../../model/routes.ts';
import { html, type Content, type Html } from './html.ts';
import { PAGE, type Scope } from './scope.ts';
import { renderIn, renderTime, unitOf } from './quantity.ts';
import { isTooLossy, isTooSlow, thresholdsOf, type RouteResult, type Thresholds } from './thresholds.ts';

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  /** Explains the value. */
  readonly note: Content;
  readonly exceeded: boolean;
}

const MEANINGS: Readonly<Record<LatencyStatistic, string>> = {
  p50: 'median',
  p90: '90% are at most this',
  p95: '95% are at most this',
  p99: '99% are at most this',
  avg: 'average',
  max: 'longest',
};

/** Returns "" if nothing was measured. */
export function renderTiles(document: ResultDocument, scope = PAGE): Content {
  const thresholds = thresholdsOf(document);
  const routes = document.routes.filter(({ measurement }) => measurement !== undefined);
  const unit = unitOf(routes.flatMap(({ measurement }) => measurement?.latency?.maxNs ?? []));
  const [first] = routes;
  if (first === undefined) return '';
  const content =
    routes.length === 1
      ? renderFigureTiles(figuresOf(first, thresholds, unit))
      : table(routes, thresholds, unit, scope);
  return html`<section aria-label="Main figures${scope.of}">${content}</section>`;
}

/** The statistic with a threshold always has a figure. */
function figuresOf(route: RouteResult, thresholds: Thresholds, unit: ReturnType<typeof unitOf>): Figure[] {
  const { latency, packets } = route.measurement ?? {};
  const { statistic, latencyNs, lossPercent } = thresholds;
  const names = [...(['p50', 'p99', 'max'] as const), statistic].filter(
    (name, index, all) => all.indexOf(name) === index,
  );
  const times = names.map((name): Figure => {
    const ns = latency?.[`${name}Ns`];
    const compared = name === statistic && latencyNs !== undefined;
    const exceeded = compared && isTooSlow(route, thresholds);
    return {
      label: name,
      value: ns === undefined ? '–' : renderIn(ns, unit),
      unit: ns === undefined ? '' : unit.name,
      note: compared ? renderThreshold(renderTime(latencyNs), exceeded) : MEANINGS[name],
      exceeded,
    };
  });
  const lost = packets === undefined ? 0 : Math.max(0, packets.transmitted - packets.received);
  const lossy = isTooLossy(route, thresholds);
  const allowed = lossPercent !== undefined && html`, ${renderThreshold(`${lossPercent}%`, lossy)}`;
  return [
    ...times,
    {
      label: 'loss',
      value: packets === undefined ? '–' : String(packets.lossPercent),
      unit: '%',
      note: packets && html`${lost} of ${packets.transmitted} pings${allowed}`,
      exceeded: lossy,
    },
    {
      label: 'jitter',
      value: latency?.jitterNs === undefined ? '–' : renderIn(latency.jitterNs, unit),
      unit: latency?.jitterNs === undefined ? '' : unit.name,
      note: 'from ping to ping',
      exceeded: false,
    },
  ];
}

export function renderThreshold(value: string, exceeded: boolean): Html {
  return exceeded ? html`<b>over the threshold of ${value}</b>` : html`threshold ${value}`;
}

export function renderFigureTiles(figures: readonly Figure[]): Html {
  return html`<dl class="tiles">
    ${figures.map(
      ({ label, value, unit, note, exceeded }) =>
        html`<div class="tile ${exceeded && 'exceeded'}">
          <dt>${label}</dt>
          <dd><span class="value">${value}</span> <span class="unit">${unit}</span></dd>
          <dd class="note">${note}</dd>
        </div>`,
    )}
  </dl>`;
}

function table(
  routes: readonly RouteResult[],
  thresholds: Thresholds,
  unit: ReturnType<typeof unitOf>,
  scope: Scope,
): Html {
  const rows = routes.map((route) => ({ route, figures: figuresOf(route, thresholds, unit) }));
  const labels = rows[0]?.figures.map(({ label }) => label) ?? [];
  const { latencyNs, statistic, lossPercent } = thresholds;
  const notes = [
    ...(latencyNs === undefined ? [] : [`threshold of ${statistic}: ${renderTime(latencyNs)}`]),
    ...(lossPercent === undefined ? [] : [`threshold of the loss: ${lossPercent}%`]),
  ];
  return html`<div class="card scroll" tabindex="0" role="region" aria-label="Figures of each route${scope.of}">
    <table class="routes">
      <thead>
        <tr>
          <th scope="col">Route</th>
          ${labels.map((label) => html`<th scope="col" class="number">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ route, figures }) =>
            html`<tr>
              <th scope="row">${renderRoute(route)}</th>
              ${figures.map((figure) => html`<td class="number ${figure.exceeded && 'exceeded'}" data-label="${figure.label}">${cell(figure)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${notes.length > 0 && html`<p class="note">${notes.join(', ')}</p>`}
  </div>`;
}

function cell({ value, unit, exceeded }: Figure): Html {
  return html`${exceeded && html`<span class="mark" title="over the threshold">▲</span>`}<span class="value"
      >${value}</span
    >
    <span class="unit">${unit}</span>`;
}
