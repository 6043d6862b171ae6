// SPDX-License-Identifier: Apache-2.0
/** Where the fault of a mesh most likely is, with counts and the next steps. */
import type { Suspect } from '../../../../model/mesh/suspect.ts';
import type { NetworkResult } from '../../../../model/result-document.ts';
import { renderReason, renderSteps } from '../diagnosis.ts';
import { labelledBy, type Scope } from '../scope.ts';
import { html, type Content, type Html } from '../html.ts';
import { asSentence } from '../quantity.ts';

/** Returns "" if there are none. @param scope of one network among several */
export function renderSuspects({ mesh, succeeded, failureReason }: NetworkResult, scope: Scope): Content {
  const [first, ...others] = mesh?.suspects ?? [];
  if (first === undefined) return '';
  const isWarning = succeeded || first.slow === true;
  const title = first.slow ? 'Slow pairs' : succeeded ? 'Failed pairs' : 'Diagnosis';
  return html`<section
    class="card ${isWarning ? 'warning' : 'diagnosis'}"
    aria-labelledby="${labelledBy(scope, 'suspects')}"
  >
    <h2 id="${scope.id}suspects">${title}</h2>
    <p class="summary">${asSentence(first.summary)}</p>
    ${renderSteps(first.next)}
    ${
      others.length > 0 &&
      html`<h3>Also suspected</h3>
        <ul class="suspects">
          ${others.map(renderOther)}
        </ul>`
    }
    ${!succeeded && renderReason(failureReason)}
  </section>`;
}

function renderOther({ summary, next }: Suspect): Html {
  return html`<li>
    <b>${asSentence(summary)}</b>
    ${
      next.length > 0 &&
      html`<details>
        <summary>What to do next</summary>
        ${renderSteps(next)}
      </details>`
    }
  </li>`;
}
