// SPDX-License-Identifier: Apache-2.0
/** The keys that the run wrote to its ConfigMap. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderFold, renderTable, type Cell } from './fold.ts';
import { html, type Html } from './html.ts';

export function renderConfigMapKeys({ configMapData, configMap }: ResultDocument): Html {
  if (configMapData === undefined) {
    return renderFold(
      'ConfigMap keys',
      'not written',
      html`<p>The run could not write its results to a ConfigMap.</p>`,
    );
  }
  const rows = Object.entries(configMapData).map(([key, value]): Cell[] => [
    { content: html`<code>${key}</code>` },
    { content: value === '' ? html`<span class="quiet">empty</span>` : value },
  ]);
  const where = configMap === undefined ? '' : ` in ${configMap.namespace}/${configMap.name}`;
  const table = renderTable('ConfigMap keys', [{ title: 'Key' }, { title: 'Value' }], rows);
  return renderFold('ConfigMap keys', `${rows.length} keys${where}`, table);
}
