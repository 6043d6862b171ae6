// SPDX-License-Identifier: Apache-2.0
/**
 * Renders `report.html` from result.json and the charts: one file that needs nothing else. Each section is a module of its own; this
 * one has their order.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderNetwork, type ResolvedParameters } from '../../../model/parameters.ts';
import type { NetworkResult, ResultDocument } from '../../../model/result-document.ts';
import { renderCharts, type Charts } from './charts.ts';
import { renderConfigMapKeys } from './configmap-keys.ts';
import { renderDiagnoses } from './diagnosis.ts';
import { renderEnvironment } from './environment.ts';
import { renderFigures } from './figures.ts';
import { renderFiles } from './files.ts';
import { isHistoryTheReason, renderHistory } from './history.ts';
import { html, inlineElement, type Content } from './html.ts';
import { HEAT_MAP_STYLE } from './mesh/heat-map-style.ts';
import { renderMigration } from './migration.ts';
import { renderNetworks } from './networks.ts';
import { renderRemainingVms } from './remaining-vms.ts';
import { renderOtherReports } from './other-reports.ts';
import { renderParameters } from './parameters.ts';
import { renderStages } from './stages.ts';
import { renderTiles } from './tiles.ts';
import { renderVerdict, verdictKind, VERDICTS } from './verdict.ts';
import { renderWarnings } from './warnings.ts';

export function renderPage(document: ResultDocument, charts: Charts): string {
  const { networks } = document;
  const style = readAsset('page.css') + (networks === undefined ? '' : readAsset('networks.css') + HEAT_MAP_STYLE);
  const script = (networks === undefined ? '' : readAsset('networks.js')) + readAsset('enhance.js');
  const sections =
    networks === undefined ? sectionsOf(document, charts) : sectionsOfNetworks(document, networks, charts);
  const network = document.parameters === undefined ? '' : `: ${titleOf(document, document.parameters)}`;
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
        <main class="frame">${inLines(sections)}</main>
        <div class="frame">${renderOtherReports(document)}</div>
        ${inlineElement('script', script)}
      </body>
    </html> `;
  return String(page);
}

function titleOf({ networks = [] }: ResultDocument, parameters: ResolvedParameters): string {
  return networks.length > 1 ? `${networks.length} networks` : renderNetwork(parameters);
}

/** The sections in lines. */
type Sections = readonly (readonly Content[])[];

function sectionsOf(document: ResultDocument, charts: Charts): Sections {
  const [history, diagnoses] = [renderHistory(document), renderDiagnoses(document)];
  const findings = isHistoryTheReason(document) ? [history, diagnoses] : [diagnoses, history];
  return [
    [renderTiles(document), ...findings, renderRemainingVms(document)],
    [
      renderMigration(document, charts),
      renderCharts(document, charts),
      renderStages(document),
      renderWarnings(document),
    ],
    [renderFigures(document), renderParameters(document), renderEnvironment(document)],
    [renderFiles(document), renderConfigMapKeys(document)],
  ];
}

function sectionsOfNetworks(document: ResultDocument, networks: readonly NetworkResult[], charts: Charts): Sections {
  return [
    [renderNetworks(document, networks, charts), renderRemainingVms(document), renderWarnings(document)],
    [renderParameters(document), renderEnvironment(sharedBy(document))],
    [renderFiles(document), renderConfigMapKeys(document)],
  ];
}

/** The VMs at the top of the document are those of one network. */
function sharedBy(document: ResultDocument): ResultDocument {
  return { ...document, network: undefined, source: { addresses: [] }, target: { addresses: [] } };
}

/** Returns the sections with white space as in the template. */
function inLines(sections: Sections): Content {
  const lines = sections.map((line) => ['\n          ', line.map((section, index) => [index > 0 && ' ', section])]);
  return [lines, '\n        '];
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
