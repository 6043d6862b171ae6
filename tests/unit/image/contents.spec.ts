// SPDX-License-Identifier: Apache-2.0
/** The files of a package that the image contains. */
import { expect, test } from '@playwright/test';
import { belongsInImage, partOf } from '../../../image/contents.ts';

const KEPT = [
  '@playwright/test/cli.js',
  'playwright/lib/mcp/test/streams.js',
  'playwright-core/lib/vite/htmlReport/index.html',
  'playwright-core/browsers.json',
  'playwright-core/ThirdPartyNotices.txt',
  'ms/license.md',
  'hono/dist/helper/html/index.js',
  'hono/dist/utils/html.js',
  'hono/package.json',
  'hono/LICENSE',
  'yaml/dist/index.js',
  '.bin/playwright',
];
const LEFT_OUT = [
  'node/bin/node',
  '@types/node/index.d.ts',
  '@kubernetes/client-node/node_modules/@types/node/LICENSE',
  '@kubernetes/client-node/dist/index.js.map',
  'playwright-core/lib/vite/traceViewer/index.html',
  'playwright/types/test.d.ts',
  'charenc/README.js',
  'hono/dist/hono.js',
  'hono/dist/cjs/helper/html/index.js',
  'yaml/browser/index.js',
  'md5/demo/index.html',
  'bare-fs/index.js',
  '.bin/yaml',
  '.package-lock.json',
];

for (const file of KEPT) {
  test(`${file} belongs in the image`, () => {
    expect(belongsInImage(file)).toBe(true);
  });
}
for (const file of LEFT_OUT) {
  test(`${file} does not belong in the image`, () => {
    expect(belongsInImage(file)).toBe(false);
  });
}

test('assigns each file to one part', () => {
  const files = [
    'node_modules/playwright-core/index.js',
    'node_modules/allure-playwright/package.json',
    'node_modules/ws/index.js',
    '.cache/image/compiled/a/b',
    '.cache/image/translated/a',
    'fixtures/index.ts',
    'package.json',
  ];
  expect(files.map(partOf)).toEqual([
    'Playwright',
    'Allure',
    'other packages',
    'compiled code',
    'translated configuration',
    'the checkup',
    'the checkup',
  ]);
});
