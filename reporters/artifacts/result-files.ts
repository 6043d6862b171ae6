/** Writes the result as files for programs. They do not affect the verdict: a failed write is a warning. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import type { RouteRecord } from '../../model/metrics.ts';
import { oneLine } from '../../model/text.ts';
import type { Artifacts } from './directory.ts';
import { withWriteTimeout } from '../supervision/write-timeout.ts';
import { renderPrometheus } from '../views/prometheus.ts';
import type { ResultDocument } from '../../model/result-document.ts';

const RESULT_FILES = { json: 'result.json', prometheus: 'metrics.prom' } as const;

const RENDER: Readonly<Record<string, (document: ResultDocument, routes: readonly RouteRecord[]) => string>> = {
  [RESULT_FILES.json]: (document) => `${JSON.stringify(document, undefined, 2)}\n`,
  [RESULT_FILES.prometheus]: renderPrometheus,
};

/** @param unfinished the directory to write to. @param directory the directory after publishing. */
export async function writeResultFiles(
  { directory, unfinished }: Artifacts,
  document: ResultDocument,
  routes: readonly RouteRecord[],
): Promise<void> {
  for (const [name, render] of Object.entries(RENDER)) {
    const file = path.join(unfinished, name);
    try {
      await withWriteTimeout(writeFile(file, render(document, routes)));
    } catch (error) {
      await rm(file, { force: true }).catch(() => undefined);
      console.log(`  warning: ${path.join(directory, name)} was not written: ${oneLine(messageOf(error))}`);
    }
  }
}
