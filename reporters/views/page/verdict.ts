// SPDX-License-Identifier: Apache-2.0
/** The verdict, the sentence, and where the checkup ran. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderRegression } from './history.ts';
import { html, type Html } from './html.ts';
import { networksSentence } from './network.ts';
import { placesOf } from './places.ts';
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
  const { networks } = document;
  const sentence = networks === undefined ? sentenceOf(document) : networksSentence(document, networks);
  // Each of several networks has its own.
  const regression = networks === undefined || networks.length === 1 ? renderRegression(document) : '';
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
      <p class="sentence">${sentence}${regression}</p>
      <dl class="where">
        ${placesOf(document).map(
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

function renderEnd(document: ResultDocument): Html {
  const { completionTimestamp } = document;
  const took = durationOf(document);
  const after = took === undefined || took === 0 ? '' : `, after ${renderDuration(took)}`;
  return html`<span
    >ended <time datetime="${completionTimestamp}">${renderInstant(completionTimestamp)}</time>${after}</span
  >`;
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
