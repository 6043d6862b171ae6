// SPDX-License-Identifier: Apache-2.0
/** What failed, what that most likely means, and what to do next. */
import type { FailureRecord, ResultDocument } from '../../../model/result-document.ts';
import { renderStep } from './commands.ts';
import { labelledBy, PAGE, type Scope } from './scope.ts';
import { html, type Content, type Html } from './html.ts';
import { nextSteps } from './next-steps.ts';
import { asSentence } from './quantity.ts';
import { sentenceOf } from './sentence.ts';

/** Returns "" for a run that succeeded. @param scope of one network among several */
export function renderDiagnoses(document: ResultDocument, scope = PAGE): Content {
  if (document.succeeded) return '';
  const { failures } = document;
  if (failures.length === 0) return renderUnexplained(document, scope);
  return failures.map((failure, index) => renderFailure(document, failure, index === 0, scope));
}

/** A run that was interrupted, or whose process was killed. */
function renderUnexplained(document: ResultDocument, scope: Scope): Html {
  return html`<section class="card diagnosis" aria-labelledby="${labelledBy(scope, 'diagnosis-0')}">
    <h2 id="${scope.id}diagnosis-0">What this means</h2>
    <p>The run ended before the measurement was complete, so it has no verdict about the network.</p>
    ${renderSteps(nextSteps(document))} ${renderReason(document.failureReason)}
  </section>`;
}

/** @param first whether the sentence below the verdict is about this failure */
function renderFailure(document: ResultDocument, failure: FailureRecord, first: boolean, scope: Scope): Html {
  const { diagnosis, details = [], message, stage, code } = failure;
  // The figures show which thresholds are exceeded.
  const several = details.length > 1 && !/Exceeded$/.test(code);
  const summary = asSentence(diagnosis?.summary ?? message);
  const id = `diagnosis-${document.failures.indexOf(failure)}`;
  // The sentence below the verdict already contains the summary.
  const known = first && (summary === sentenceOf(document) || diagnosis === undefined);
  const next = diagnosis?.next ?? nextSteps(document, failure);
  return html`<section class="card diagnosis" aria-labelledby="${labelledBy(scope, id)}">
    <h2 id="${scope.id}${id}">${diagnosis === undefined ? `Stage ${stage} failed` : 'Diagnosis'}</h2>
    ${several ? list('findings', details) : !known && html`<p class="summary">${summary}</p>`}
    ${diagnosis && html`<p>${diagnosis.meaning}</p>`} ${renderSteps(next)}
    ${
      diagnosis &&
      diagnosis.evidence.length > 0 &&
      html`<h3>What was seen</h3>
        ${list('seen', diagnosis.evidence)}`
    }
    ${first && renderReason(document.failureReason)}
  </section>`;
}

function list(kind: 'findings' | 'seen', lines: readonly string[]): Html {
  return html`<ul class="${kind}">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

export function renderSteps(next: readonly string[]): Content {
  return (
    next.length > 0 &&
    html`<h3>What to do next</h3>
      <ol class="steps">
        ${next.map((step) => html`<li>${renderStep(step)}</li>`)}
      </ol>`
  );
}

/** The full text: the sentences above are shorter. */
export function renderReason(failureReason: string): Html {
  return html`<details class="reason">
    <summary>Full reason</summary>
    <p data-copy>${failureReason}</p>
  </details>`;
}
