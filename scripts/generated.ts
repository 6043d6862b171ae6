// SPDX-License-Identifier: Apache-2.0
/** Files and regions that are generated from the catalogues in model/: `npm run fix` writes them, a unit test compares them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { gaugeTable, migrationKeyTable, statusKeyTable } from './generated/metrics.ts';
import { configManifest, parameterTables } from './generated/parameters.ts';
import { resultSchema } from './generated/result-schema.ts';

const ROOT = path.join(import.meta.dirname, '..');

interface Generated {
  readonly file: string;
  /** Returns the whole text of the file. */
  readonly render: (current: string) => string;
}

/**
 * Replaces the lines between the two markers of a region:
 * `generated NAME by npm run fix from SOURCE; do not edit` and `end of NAME`, each in a comment.
 */
function region(file: string, name: string, render: () => string): Generated {
  const markers = new RegExp(
    `^([^\\n]*generated ${name} by npm run fix from [^\\n]*\\n)[\\s\\S]*?^([^\\n]*end of ${name}\\b)`,
    'm',
  );
  return {
    file,
    render: (current) => {
      if (!markers.test(current)) throw new Error(`${file} has no region "${name}"`);
      return current.replace(markers, (_, start: string, end: string) => `${start}${render()}\n${end}`);
    },
  };
}

const GENERATED: readonly Generated[] = [
  region('docs/parameters.md', 'parameters', parameterTables),
  region('manifests/config.yaml', 'parameters', configManifest),
  { file: 'docs/result.schema.json', render: () => JSON.stringify(resultSchema()) },
  region('docs/results.md', 'keys of a route', statusKeyTable),
  region('docs/results.md', 'keys of a live migration', migrationKeyTable),
  region('docs/reports.md', 'gauges', gaugeTable),
];

interface Comparison {
  readonly file: string;
  readonly current: string;
  readonly expected: string;
}

/** Returns each file with generated parts: its text, and the text it must have. */
export async function compareGenerated(): Promise<Comparison[]> {
  const files = [...new Set(GENERATED.map(({ file }) => file))];
  return Promise.all(
    files.map(async (file) => {
      const current = await readFile(path.join(ROOT, file), 'utf8');
      const parts = GENERATED.filter((generated) => generated.file === file);
      const text = parts.reduce((before, { render }) => render(before), current);
      const filepath = path.join(ROOT, file);
      return { file, current, expected: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
    }),
  );
}
