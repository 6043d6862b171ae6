/** The run's result as files for programs. They decide nothing: one that cannot be written is a warning. */
import { rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../model/errors.ts';
import { oneLine } from '../model/text.ts';
import { inTime } from './in-time.ts';
import { renderPrometheus } from './prometheus.ts';
import type { ResultDocument } from './result-document.ts';

const RESULT_FILES = { json: 'result.json', prometheus: 'metrics.prom' } as const;

const FORGOTTEN = [RESULT_FILES.json, 'charts', 'evidence', 'logs', 'manifests'];

const RENDER: Readonly<Record<string, (document: ResultDocument) => string>> = {
  [RESULT_FILES.json]: (document) => `${JSON.stringify(document, undefined, 2)}\n`,
  [RESULT_FILES.prometheus]: renderPrometheus,
};

/** What an earlier run left would pass for this one's, should this one leave none. */
export function forgetEarlier(directory: string): void {
  try {
    for (const name of FORGOTTEN) rmSync(path.join(directory, name), { recursive: true, force: true });
  } catch (error) {
    const why = oneLine(messageOf(error));
    console.log(`  warning: what an earlier run left in ${directory} may still be there: ${why}`);
  }
}

export async function writeResultFiles(directory: string, document: ResultDocument): Promise<void> {
  for (const [name, render] of Object.entries(RENDER)) {
    const file = path.join(directory, name);
    // A collector may read at any time: a whole file takes the place of the one before. Of this name it reads none meanwhile.
    const part = `${file}.part`;
    try {
      await inTime(writeFile(part, render(document)));
      await inTime(rename(part, file));
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      console.log(`  warning: ${file} was not written: ${oneLine(messageOf(error))}`);
    }
  }
}
