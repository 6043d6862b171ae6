// SPDX-License-Identifier: Apache-2.0
/**
 * Builds one self-contained page from the Allure results of an artifacts directory, with earlier runs as its history. The page contains
 * no URL that a browser would load.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AllureReport, FileSystemReportFiles, type FullConfig, type PluginInstance } from '@allurereport/core';
import AwesomePlugin from '@allurereport/plugin-awesome';
import pMap from 'p-map';
import { ALLURE_CATEGORIES } from '../../reporters/views/allure.ts';
import { earlierResults, resultsIn } from '../history.ts';
import { replaceOwnFile } from './replace-own-file.ts';
import { withoutAnalytics } from './without-analytics.ts';
import { withoutSuccessRate } from './without-success-rate.ts';

const NAME = 'KubeVirt VM latency checkup';
const REPORT = 'allure-report.html';
/** The history grows with each run. */
const FILES_AT_ONCE = 32;
/** Labels of the runner that do not help readers. */
const HIDDEN_LABELS = ['thread', 'host', 'language', 'framework', 'package', 'titlePath', '_fallbackTestCaseId'];

/** @returns the page, in that directory. @throws Error if there are no results. */
export async function buildReport(artifacts: string): Promise<string> {
  const results = path.join(artifacts, 'allure-results');
  if ((await resultsIn(results)).length === 0) throw new Error(`no results of a checkup in ${results}`);
  const work = await mkdtemp(path.join(tmpdir(), 'kubevirt-vm-latency-report-'));
  try {
    const history = path.join(work, 'history.jsonl');
    await writeHistory(await earlierResults(artifacts), history, work);
    const output = path.join(work, 'report');
    const plugin = new AwesomePlugin({
      reportName: NAME,
      singleFile: true,
      reportLanguage: 'en',
      defaultSortBy: 'order,asc',
    });
    const report = allure({
      output,
      historyPath: history,
      plugins: [{ id: 'awesome', enabled: true, plugin, options: {} }],
    });
    await report.start();
    await report.readDirectory(results);
    await report.done();
    const page = await readFile(path.join(output, 'index.html'), 'utf8');
    return await replaceOwnFile(artifacts, REPORT, withoutSuccessRate(withoutAnalytics(page)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes each earlier run in the form of Allure's own history. */
async function writeHistory(results: readonly string[], history: string, work: string): Promise<void> {
  const found = await pMap(results, async (file) => ({ file, ended: endOf(await readFile(file, 'utf8')) }), {
    concurrency: FILES_AT_ONCE,
  });
  const runs = found.flatMap(({ file, ended }) => (ended === undefined ? [] : [{ file, ended }]));
  for (const { file } of runs.sort((a, b) => a.ended - b.ended)) {
    const report = allure({ output: path.join(work, 'none'), historyPath: history, appendHistory: true, plugins: [] });
    await report.start();
    await report.readFile(file);
    await report.done();
  }
  if (runs.length === 0) return;
  // Allure dates an entry by when it writes it.
  const entries = (await readFile(history, 'utf8')).trimEnd().split('\n');
  const dated = entries.map((line, index) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return `${JSON.stringify({ ...entry, timestamp: runs[index]?.ended })}\n`;
  });
  await writeFile(history, dated.join(''));
}

function allure(own: Partial<FullConfig> & { output: string; plugins: PluginInstance[] }): AllureReport {
  return new AllureReport({
    name: NAME,
    open: false,
    port: undefined,
    appendHistory: false,
    // Allure 3 does not read them from the results.
    categories: { rules: ALLURE_CATEGORIES },
    hideLabels: HIDDEN_LABELS,
    reportFiles: new FileSystemReportFiles(own.output),
    ...own,
  });
}

/** Returns the time of its end, milliseconds since 1970; undefined for a damaged result, which must not prevent the report. */
function endOf(result: string): number | undefined {
  try {
    const { stop } = JSON.parse(result) as { stop?: unknown };
    return typeof stop === 'number' ? stop : undefined;
  } catch {
    return undefined;
  }
}
