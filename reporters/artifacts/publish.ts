// SPDX-License-Identifier: Apache-2.0
/** Moves the files of a run into the artifacts directory at its end. */
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import type { Artifacts } from './directory.ts';
import { CLEARED, entriesAt, RETAINED, readList, requireOwn, statOf, writeList } from './list.ts';
import { withWriteTimeout } from '../supervision/write-timeout.ts';

/** Publishes the files of a run. A file that cannot be moved stays in place, with a warning. */
export async function publish({ directory, unfinished }: Artifacts): Promise<void> {
  let names: string[];
  try {
    names = (await readdir(unfinished)).filter((name) => [...CLEARED, ...RETAINED].includes(name));
  } catch {
    return; // No directory was writable, which is already logged.
  }
  for (const name of names) {
    try {
      await withWriteTimeout(publishEntry(directory, unfinished, name));
    } catch (error) {
      const why = oneLine(messageOf(error));
      console.log(
        `  warning: ${path.join(directory, name)} was not replaced, see ${path.join(unfinished, name)}: ${why}`,
      );
    }
  }
}

async function publishEntry(directory: string, unfinished: string, name: string): Promise<void> {
  const list = await readList(directory);
  const cleared = CLEARED.includes(name);
  // The directory was cleared when the run began: an entry that exists now is foreign.
  await requireOwn(directory, name, cleared ? new Set() : list);
  for await (const entry of entriesAt(unfinished, name)) list.add(entry);
  // The list is written first: if this process is killed now, the next run recognizes the entries.
  await writeList(directory, list);
  await rename(path.join(unfinished, name), path.join(directory, name));
}

/** The pages of a run; the first one is the one to open. */
const PAGES = ['report.html', 'html-report/index.html'];

/** Returns the directory and the page to open, as far as they exist. */
export async function findPublished(directory: string): Promise<{ report?: string; artifacts?: string }> {
  if ((await statOf(directory)) === undefined) return {};
  for (const page of PAGES) {
    const report = path.join(directory, page);
    if ((await statOf(report).catch(() => undefined)) !== undefined) return { report, artifacts: directory };
  }
  return { artifacts: directory };
}
