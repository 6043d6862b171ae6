// SPDX-License-Identifier: Apache-2.0
/** Finds the source files without an SPDX header, and adds it: `npm run fix`. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { $ } from 'zx';

const ROOT = path.join(import.meta.dirname, '..');
const HEADER = 'SPDX-License-Identifier: Apache-2.0';
const FILES_AT_ONCE = 32;

const HASH = /(^|\/)Dockerfile$|\.(ya?ml|sh)$/;
const SLASHES = /\.([cm]?[jt]s)$/;
const CSS = /\.css$/;
const SHEBANG = /^#!.*\n/;
/** Recorded output of other programs. */
const RECORDED = /(^|\/)golden\//;

/** Returns the header as a comment of the file's language; undefined if files of this kind have none. */
function headerOf(file: string, text: string): string | undefined {
  if (SLASHES.test(file)) return `// ${HEADER}\n`;
  if (CSS.test(file)) return `/* ${HEADER} */\n`;
  return HASH.test(file) || SHEBANG.test(text) ? `# ${HEADER}\n` : undefined;
}

/** Returns the text with the header, which follows a first line `#!`. */
export function withHeader(file: string, text: string): string {
  const header = headerOf(file, text);
  const shebang = SHEBANG.exec(text)?.[0] ?? '';
  const rest = text.slice(shebang.length);
  return header === undefined || rest.startsWith(header) ? text : `${shebang}${header}${rest}`;
}

/** Returns the tracked and new files whose header is missing. With `write`, adds it. */
export async function findMissingHeaders({ write = false } = {}): Promise<string[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await $({ cwd: ROOT, quiet: true })`git ${list}`;
  const files = stdout.split('\0').filter((file) => file !== '' && !RECORDED.test(file));
  const missing = await pMap(
    files,
    async (file) => {
      const text = await readFile(path.join(ROOT, file), 'utf8').catch((error: unknown) => {
        // A deleted file is listed until it is committed.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
        throw error;
      });
      const expected = withHeader(file, text);
      if (text === '' || expected === text) return [];
      if (write) await writeFile(path.join(ROOT, file), expected);
      return [file];
    },
    { concurrency: FILES_AT_ONCE },
  );
  return missing.flat();
}
