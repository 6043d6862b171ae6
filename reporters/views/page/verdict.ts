/** The verdict, the sentence, and where the checkup ran. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { html, type Content, type Html } from './html.ts';
import { renderDuration, renderInstant } from './quantity.ts';
import { sentenceOf } from './sentence.ts';

export const VERDICTS = { succeeded: 'Succeeded', failed: 'Failed', interrupted: 'Interrupted' } as const;
export type VerdictKind = keyof typeof VERDICTS;

export function verdictKind({ succeeded, interruptedBy }: ResultDocument): VerdictKind {
  if (succeeded) return 'succeeded';
  return interruptedBy === undefined ? 'failed' : 'interrupted';
}

/** In a circle of 24 by 24. */
const SIGNS: Readonly<Record<VerdictKind, string>> = {
  succeeded: 'M6.8 12.6l3.5 3.5 7-7.6',
  failed: 'M8 8l8 8M16 8l-8 8',
  interrupted: 'M9.3 8v8M14.7 8v8',
};

export function renderVerdict(document: ResultDocument): Html {
  const kind = verdictKind(document);
  return html`<header class="verdict ${kind}">
    <div class="frame">
      <p class="product"><span>KubeVirt VM latency checkup</span> ${renderEnd(document)}</p>
      <h1>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="11" />
          <path d="${SIGNS[kind]}" />
        </svg>
        ${VERDICTS[kind]}
      </h1>
      <p class="sentence">${sentenceOf(document)}</p>
      <dl class="where">
        ${places(document).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </div>
  </header>`;
}

function places(document: ResultDocument): [name: string, value: Content][] {
  const { parameters, network, configMap } = document;
  const places: [string, Content][] = [];
  if (parameters !== undefined) {
    const { namespace, name } = parameters.network;
    const binding = network && html` <span class="quiet">(${network.binding} binding)</span>`;
    places.push(['Network', html`<b>${namespace}/${name}</b>${binding}`]);
  }
  const nodes = nodesOf(document);
  if (nodes !== undefined) places.push(['Nodes', nodes]);
  if (configMap !== undefined) places.push(['ConfigMap', html`${configMap.namespace}/${configMap.name}`]);
  return places;
}

function nodesOf({ source, target, parameters }: ResultDocument): Html | undefined {
  const [from, to] = [source.node, target.node];
  if (from !== undefined || to !== undefined) return html`${nodeOf(from)} → ${nodeOf(to)}`;
  const { sourceNode, targetNode } = parameters ?? {};
  if (sourceNode === undefined && targetNode === undefined) return undefined;
  return html`${sourceNode ?? 'any'} → ${targetNode ?? 'any'} <span class="quiet">(as configured)</span>`;
}

function renderEnd(document: ResultDocument): Html {
  const { completionTimestamp } = document;
  const took = durationOf(document);
  const after = took === undefined || took === 0 ? '' : `, after ${renderDuration(took)}`;
  return html`<span
    >ended <time datetime="${completionTimestamp}">${renderInstant(completionTimestamp)}</time>${after}</span
  >`;
}

function nodeOf(node: string | undefined): Html {
  return node === undefined ? html`<span class="quiet">not scheduled</span>` : html`<b>${node}</b>`;
}

/** Returns the time of the whole run in ms; of its stages, if it has not claimed its ConfigMap. */
function durationOf({ stages, startTimestamp, completionTimestamp }: ResultDocument): number | undefined {
  if (startTimestamp !== undefined) return Math.max(0, Date.parse(completionTimestamp) - Date.parse(startTimestamp));
  const [first] = stages;
  const ends = stages.flatMap(({ startTimestamp, durationMs }) => {
    return durationMs === undefined ? [] : [Date.parse(startTimestamp) + durationMs];
  });
  if (first === undefined || ends.length === 0) return undefined;
  return Math.max(0, Math.max(...ends) - Date.parse(first.startTimestamp));
}
