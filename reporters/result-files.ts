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

const RENDER: Readonly<Record<string, (document: ResultDocument) => string>> = {
  [RESULT_FILES.json]: (document) => `${JSON.stringify(document, undefined, 2)}\n`,
  [RESULT_FILES.prometheus]: renderPrometheus,
};

/** An earlier run's result would pass for this one's, should this one end without any. */
export function forgetResult(directory: string): void {
  try {
    rmSync(path.join(directory, RESULT_FILES.json), { force: true });
  } catch (error) {
    tell(directory, RESULT_FILES.json, error);
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
      tell(directory, name, error);
    }
  }
}

function tell(directory: string, name: string, error: unknown): void {
  console.log(`  warning: ${path.join(directory, name)} was not written: ${oneLine(messageOf(error))}`);
}
