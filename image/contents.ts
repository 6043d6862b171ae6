// SPDX-License-Identifier: Apache-2.0
/** The files of this checkout and of its packages that are in the image: those that a run may load, and licences. */
import path from 'node:path';

/** The checkup itself. */
export const PRODUCT = [
  'checks',
  'fixtures',
  'model',
  'reporters',
  'test-data/manifests',
  'playwright.config.ts',
  'package.json',
  'LICENSE',
];

/** Packages and parts of packages that no run loads, with the reason. */
const NEVER_LOADED: [below: RegExp, why: string][] = [
  [/^node\//, 'the image has its own Node'],
  [/^(.*\/)?@types\//, 'types'],
  [/^(.*\/)?undici-types\//, 'types'],
  [/^bare-[^/]+\//, 'for another runtime than Node'],
  [/^allure-[^/]+\/dist\/esm\//, 'the same in another form'],
  [/^typescript\//, 'a peer dependency of valibot, for its types'],
  [/^undici\/docs\//, 'documents'],
  [
    /^hono\/(?!package\.json$|LICENSE$|dist\/helper\/html\/|dist\/utils\/html\.js$)/,
    'a web server: the page needs its HTML templates',
  ],
  [/^playwright-core\/types\//, 'types'],
  [/^playwright\/types\//, 'types'],
  [
    /^playwright-core\/lib\/vite\/(traceViewer|recorder|dashboard)\//,
    'pages for browser tests; the HTML report is another',
  ],
  [/^playwright-core\/lib\/(tools|xdg-open|webp_codec\.)/, 'the command line of a browser'],
  [/^playwright-core\/bin\//, 'installs browsers'],
  [/^\.bin\/(?!playwright$)/, 'commands of no use here'],
  [/^\.package-lock\.json$/, "npm's own"],
];

/** Documentation for developers; licences and notices are retained. */
const FOR_AUTHORS =
  /\.(d\.[cm]?ts|[cm]?ts|map|md|mkd|flow(\.js)?|js\.txt|ps1|sh|c|h|ya?ml|lock|png)$|(^|\/)(\.[^/]+|makefile|readme(\.[^/]*)?|eslint\.config\.[^/]+)$/i;
/** Only in the root of a package: elsewhere such a name can have another meaning. */
const ASIDE = /^(@[^/]+\/[^/]+|[^@/][^/]*)\/(dist\/)?(browser|tests?|examples?|demo|benchmarks?)\//;
const LICENCE = /(^|\/)(licen[cs]e|notice|copying|thirdpartynotices)[^/]*$/i;

/** @param file A path below node_modules. */
export function belongsInImage(file: string): boolean {
  if (NEVER_LOADED.some(([below]) => below.test(file))) return false;
  if (file.startsWith('.bin/') || LICENCE.test(file)) return true;
  return !FOR_AUTHORS.test(file) && !ASIDE.test(file);
}

/** Returns the part of the image to which the size of a file is added. */
export function partOf(file: string): string {
  const [top = '', ...below] = file.split(path.sep);
  if (top === '.cache') return below[1] === 'compiled' ? 'compiled code' : 'translated configuration';
  if (top !== 'node_modules') return 'the checkup';
  const [scope = '', name = ''] = below;
  if (/^(playwright|playwright-core|@playwright)$/.test(scope)) return 'Playwright';
  if (/^allure-/.test(scope)) return 'Allure';
  return scope === '@kubernetes' ? `${scope}/${name}` : 'other packages';
}
