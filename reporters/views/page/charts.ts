// SPDX-License-Identifier: Apache-2.0
/**
 * The charts, as images in the page: an image runs no script and loads nothing, whatever its text is, and follows the page's colour
 * scheme.
 */
import { chartFile } from '../../../model/chart-files.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderRoute } from '../../../model/routes.ts';
import { hrefOf } from './files.ts';
import { renderTime } from './quantity.ts';
import { labelledBy, PAGE, type Scope } from './scope.ts';
import { html, type Content, type Html } from './html.ts';
import type { RouteResult } from './thresholds.ts';

/** The SVG files of the charts by their paths in the artifacts directory. */
export type Charts = ReadonlyMap<string, string>;

const SIZE = /^<svg [^>]*viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"/;

/** Returns "" if there is no chart. @param network one of several @param scope of one network among several */
export function renderCharts({ routes }: ResultDocument, charts: Charts, network?: ObjectRef, scope = PAGE): Content {
  const figures = routes.flatMap((route) => {
    const file = chartFile(route, network);
    const svg = charts.get(file);
    return svg === undefined ? [] : [figure(route, file, svg, scope)];
  });
  return (
    figures.length > 0 &&
    html`<section aria-labelledby="${labelledBy(scope, 'charts')}">
      <h2 id="${scope.id}charts">Round-trip times</h2>
      ${figures}
    </section>`
  );
}

function figure(route: RouteResult, file: string, svg: string, scope: Scope): Html {
  return renderChart(file, svg, `Chart, ${renderRoute(route)}${scope.of}`, description(route));
}

/** @param label of its region @param text describes it for screen readers */
export function renderChart(file: string, svg: string, label: string, text: string): Html {
  const [, width = '960', height = '640'] = SIZE.exec(svg) ?? [];
  const data = Buffer.from(svg).toString('base64');
  return html`<figure class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <img src="data:image/svg+xml;base64,${data}" width="${width}" height="${height}" alt="${text}" />
    </div>
    <figcaption><a href="${hrefOf(file)}">Open this chart alone</a></figcaption>
  </figure>`;
}

function description(route: RouteResult): string {
  const { latency, packets } = route.measurement ?? {};
  const times =
    latency === undefined
      ? 'no reply'
      : `minimum ${renderTime(latency.minNs)}, median ${renderTime(latency.p50Ns)}, maximum ${renderTime(latency.maxNs)}`;
  return `Round-trip times over the sample and their distribution, ${renderRoute(route)}: ${times}, ${packets?.lossPercent ?? 100}% lost`;
}
