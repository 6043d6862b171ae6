// SPDX-License-Identifier: Apache-2.0
/** Makes the report page of a run again, from result.json and the charts in its artifacts directory. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../../model/errors.ts';
import { RESULT_DOCUMENT } from '../../model/result-document.ts';
import { renderReportPage, REPORT_PAGE } from '../../reporters/artifacts/report-page.ts';
import { replaceOwnFile } from './replace-own-file.ts';

/** @returns the page, in that directory. @throws Error if there is no result, or it is not valid */
export async function buildPage(artifacts: string): Promise<string> {
  const file = path.join(artifacts, 'result.json');
  let result: v.InferOutput<typeof RESULT_DOCUMENT>;
  try {
    result = v.parse(RESULT_DOCUMENT, JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`no result of a checkup in ${file}: ${messageOf(error)}`, { cause: error });
  }
  return await replaceOwnFile(artifacts, REPORT_PAGE, await renderReportPage(artifacts, result));
}
