// SPDX-License-Identifier: Apache-2.0
/** Links to the other reports of the run. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { hrefOf } from './files.ts';
import { html, type Html } from './html.ts';

const REPORTS: readonly (readonly [path: string, title: string])[] = [
  ['html-report/index.html', 'HTML report'],
  ['result.json', 'result.json'],
  ['pairs.csv', 'pairs.csv'],
  ['metrics.prom', 'metrics.prom'],
  ['junit.xml', 'junit.xml'],
];
const ALLURE = 'allure-results/';

export function renderOtherReports({ files = [], environment }: ResultDocument): Html {
  const written = new Set(['result.json', ...files.map(({ path }) => path)]);
  const links = REPORTS.filter(([path]) => written.has(path));
  const allure =
    written.has(ALLURE) && html`<li><code>${ALLURE}</code> (a page of it: <code>npm run report</code>)</li>`;
  return html`<footer>
    <nav aria-label="Other reports">
      <ul>
        ${links.map(([path, title]) => html`<li><a href="${hrefOf(path)}">${title}</a></li>`)}${allure}
      </ul>
    </nav>
    <p>kubevirt-vm-latency${environment && ` ${environment.checkup}`}</p>
  </footer>`;
}
