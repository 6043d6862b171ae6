// SPDX-License-Identifier: Apache-2.0
/** The stages of the run with their times, also those that did not run. */
import type { ResultDocument, StageRecord } from '../../../model/result-document.ts';
import { stagesOf, type Stage } from '../../../model/stages.ts';
import { labelledBy, PAGE } from './scope.ts';
import { html, type Html } from './html.ts';
import { renderDuration } from './quantity.ts';

type Outcome = StageRecord['outcome'] | 'interrupted' | 'not run';

const SIGNS: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  failed: '✗',
  interrupted: '✗',
  unfinished: '…',
  'not run': '–',
};
const BAR_WIDTH = 1000;

/** What a sign alone would not say of a stage. */
export type StageNotes = Readonly<Partial<Record<Stage, string>>>;

/** @param stages to list, also if they did not run @param scope of one network among several */
export function renderStages(
  document: ResultDocument,
  stages: readonly Stage[] = stagesOf(document.parameters),
  scope = PAGE,
  notes: StageNotes = {},
): Html {
  const rows = stages.map((stage) => {
    const durationMs = document.stages.find((candidate) => candidate.stage === stage)?.durationMs;
    return { stage, outcome: outcomeOf(document, stage), durationMs };
  });
  return html`<section aria-labelledby="${labelledBy(scope, 'stages')}">
    <h2 id="${scope.id}stages">Stages</h2>
    <div class="card">
      ${bar(rows)}
      <ol class="stages">
        ${rows.map(
          ({ stage, outcome, durationMs }) =>
            html`<li class="${outcome.replace(' ', '-')}">
              <span class="sign" aria-hidden="true">${SIGNS[outcome]}</span>
              <span class="name">${stage}</span>
              <span class="note">${timeOf(outcome, durationMs)}${stage in notes && `; ${notes[stage] ?? ''}`}</span>
            </li>`,
        )}
      </ol>
    </div>
  </section>`;
}

/** A signal makes the running stage fail, without a failure of its own. */
function outcomeOf({ stages, failures, interruptedBy }: ResultDocument, stage: Stage): Outcome {
  const outcome = stages.find((candidate) => candidate.stage === stage)?.outcome ?? 'not run';
  const explained = failures.some((failure) => failure.stage === stage);
  return outcome === 'failed' && interruptedBy !== undefined && !explained ? 'interrupted' : outcome;
}

function timeOf(outcome: Outcome, durationMs: number | undefined): string {
  if (durationMs === undefined) return outcome;
  return outcome === 'passed' ? renderDuration(durationMs) : `${outcome} after ${renderDuration(durationMs)}`;
}

/** Shows the share of each stage in the time of the run. */
function bar(rows: readonly { readonly outcome: Outcome; readonly durationMs: number | undefined }[]): Html {
  const total = Math.max(
    1,
    rows.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0),
  );
  let left = 0;
  const parts = rows.map(({ outcome, durationMs = 0 }) => {
    const width = (durationMs / total) * BAR_WIDTH;
    const part = html`<rect class="${outcome}" x="${left.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="8" />`;
    left += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 ${BAR_WIDTH} 8" preserveAspectRatio="none" aria-hidden="true">
    ${parts}
  </svg>`;
}
