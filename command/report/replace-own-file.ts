// SPDX-License-Identifier: Apache-2.0
/** Writes a report into an artifacts directory. */
import path from 'node:path';
import { ForeignEntry, replaceFile } from '../../reporters/artifacts/list.ts';

/** @returns the path. @throws Error if something else has this name */
export async function replaceOwnFile(artifacts: string, name: string, body: string): Promise<string> {
  try {
    await replaceFile(artifacts, name, body);
    return path.join(artifacts, name);
  } catch (error) {
    if (!(error instanceof ForeignEntry)) throw error;
    throw new Error(
      `${path.join(artifacts, error.message)} exists, and neither a checkup nor this command is known to have made it: move it away`,
      { cause: error },
    );
  }
}
