// SPDX-License-Identifier: Apache-2.0
/** The warnings of the run. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderWithCommands } from './commands.ts';
import { html, type Content } from './html.ts';

/** Returns "" if there are none. */
export function renderWarnings(document: ResultDocument): Content {
  const warnings = warningsOf(document);
  return (
    warnings.length > 0 &&
    html`<section class="card warning" aria-labelledby="warnings">
      <h2 id="warnings">${warnings.length === 1 ? 'Warning' : `${warnings.length} warnings`}</h2>
      <ul>
        ${warnings.map((warning) => html`<li>${renderWithCommands(warning)}</li>`)}
      </ul>
    </section>`
  );
}

/** The runs over time have the trend. In a list of networks it may be folded. */
function warningsOf({ warnings = [], networks = [], trend }: ResultDocument): readonly string[] {
  return networks.length > 1 ? warnings : warnings.filter((warning) => warning !== trend?.text);
}
