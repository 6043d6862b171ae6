/** At the end of a run what it has kept takes its place in the artifacts directory. */
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import type { Artifacts } from './directory.ts';
import { CLEARED, entriesAt, RETAINED, readList, requireOwn, writeList } from './list.ts';
import { withWriteTimeout } from '../supervision/write-timeout.ts';

/** What cannot be put there stays where it is, and is named. */
export async function publish({ directory, unfinished }: Artifacts): Promise<void> {
  let names: string[];
  try {
    names = (await readdir(unfinished)).filter((name) => [...CLEARED, ...RETAINED].includes(name));
  } catch {
    return; // There was no place for any, which was told.
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
  // Cleared when the run began: whatever is there now is somebody else's.
  await requireOwn(directory, name, cleared ? new Set() : list);
  for await (const entry of entriesAt(unfinished, name)) list.add(entry);
  // First: should this process be killed now, the next run recognizes the entries.
  await writeList(directory, list);
  await rename(path.join(unfinished, name), path.join(directory, name));
}
