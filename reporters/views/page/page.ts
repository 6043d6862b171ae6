/**
 * Renders `report.html` from result.json and the charts: one file that needs nothing else. Each section is a module of its own; this
 * one has their order.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderNetwork } from '../../../model/parameters.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderCharts, type Charts } from './charts.ts';
import { renderConfigMapKeys } from './configmap-keys.ts';
import { renderDiagnoses } from './diagnosis.ts';
import { renderEnvironment } from './environment.ts';
import { renderFigures } from './figures.ts';
import { renderFiles } from './files.ts';
import { html, inlineElement } from './html.ts';
import { renderRemainingVms } from './remaining-vms.ts';
import { renderOtherReports } from './other-reports.ts';
import { renderParameters } from './parameters.ts';
import { renderStages } from './stages.ts';
import { renderTiles } from './tiles.ts';
import { renderVerdict, verdictKind, VERDICTS } from './verdict.ts';
import { renderWarnings } from './warnings.ts';

export function renderPage(document: ResultDocument, charts: Charts): string {
  const [style, script] = [readAsset('page.css'), readAsset('enhance.js')];
  const network = document.parameters === undefined ? '' : `: ${renderNetwork(document.parameters)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${VERDICTS[verdictKind(document)]}${network} – KubeVirt VM latency checkup</title>
        <link rel="icon" href="data:," />
        ${inlineElement('style', style)}
      </head>
      <body>
        ${renderVerdict(document)}
        <main class="frame">
          ${renderTiles(document)} ${renderDiagnoses(document)} ${renderRemainingVms(document)}
          ${renderCharts(document, charts)} ${renderStages(document)} ${renderWarnings(document)}
          ${renderFigures(document)} ${renderParameters(document)} ${renderEnvironment(document)}
          ${renderFiles(document)} ${renderConfigMapKeys(document)}
        </main>
        <div class="frame">${renderOtherReports(document)}</div>
        ${inlineElement('script', script)}
      </body>
    </html> `;
  return String(page);
}

function readAsset(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8');
}

/** Allows this style, this script and images in the page; no request, no frame, no form. */
function policyOf(style: string, script: string): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const rules = [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return rules.join('; ');
}
