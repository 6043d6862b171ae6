// SPDX-License-Identifier: Apache-2.0
/** The report page of an artifacts directory: the same text when the run ends and later. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ResultDocument } from '../../model/result-document.ts';
import { withWriteTimeout } from '../supervision/write-timeout.ts';

export const REPORT_PAGE = 'report.html';

/** Renders the page from result.json and the charts that it names; the directory contains them. */
export async function renderReportPage(directory: string, document: ResultDocument): Promise<string> {
  const charts = await withWriteTimeout(readCharts(directory, document));
  // Loaded when the run has ended: until then it would only need memory.
  const { renderPage } = await import('../views/page/page.ts');
  return renderPage(document, charts);
}

/** A chart that cannot be read is omitted. */
async function readCharts(directory: string, { files = [] }: ResultDocument): Promise<Map<string, string>> {
  const charts = new Map<string, string>();
  for (const { path: file } of files) {
    if (!/^charts\/(?:[a-z0-9][a-z0-9.-]*\/)?(?:[\w-]+-rtt|migration)\.svg$/.test(file)) continue;
    const svg = await readFile(path.join(directory, file), 'utf8').catch(() => undefined);
    if (svg !== undefined) charts.set(file, svg);
  }
  return charts;
}
