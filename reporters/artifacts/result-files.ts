// SPDX-License-Identifier: Apache-2.0
/** Writes the result as files: for programs, and the report page. They do not affect the verdict: a failed write is a warning. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import type { Artifacts } from './directory.ts';
import { withWriteTimeout } from '../supervision/write-timeout.ts';
import type { NetworkFindings } from '../views/json.ts';
import { renderNetworks } from '../views/prometheus.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import { renderReportPage, REPORT_PAGE } from './report-page.ts';
import { listRunFiles } from './run-files.ts';

/** Writes the files to the directory of the unfinished run; `result.files` lists those that exist before. */
export async function writeResultFiles(
  artifacts: Artifacts,
  result: ResultDocument,
  networks: readonly NetworkFindings[],
): Promise<void> {
  const { unfinished } = artifacts;
  await writeResultFile(artifacts, 'metrics.prom', () => renderNetworks(networks));
  await writeMeshFiles(artifacts, result);
  const files = await withWriteTimeout(listRunFiles(unfinished)).catch(() => undefined);
  const listed = { ...result, files };
  await writeResultFile(artifacts, 'result.json', () => `${JSON.stringify(listed, undefined, 2)}\n`);
  await writeResultFile(artifacts, REPORT_PAGE, () => renderReportPage(unfinished, listed));
}

/** Loaded only for a run that has more than a pair. */
async function writeMeshFiles(artifacts: Artifacts, result: ResultDocument): Promise<void> {
  if (result.networks === undefined) return;
  const { renderMeshFiles } = await import('../views/mesh-files.ts');
  for (const { file, text } of renderMeshFiles(result)) await writeResultFile(artifacts, file, () => text);
}

async function writeResultFile(
  { directory, unfinished }: Artifacts,
  name: string,
  render: () => string | Promise<string>,
): Promise<void> {
  const file = path.join(unfinished, name);
  try {
    const text = await render();
    await withWriteTimeout(mkdir(path.dirname(file), { recursive: true }));
    await withWriteTimeout(writeFile(file, text));
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined);
    console.log(`  warning: ${path.join(directory, name)} was not written: ${oneLine(messageOf(error))}`);
  }
}
