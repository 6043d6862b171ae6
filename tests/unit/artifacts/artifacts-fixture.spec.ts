// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { artifactSaver } from '../../../fixtures/artifacts.fixture.ts';

/** Saves one artifact. Returns its file and its text in the reports. */
async function keep(directory: string, file: string, contentType: string, body: string) {
  let attached = '';
  const keeper = artifactSaver(
    { directory, unfinished: directory },
    {
      attach: (_name, options) => {
        attached = String(options?.body ?? '');
        return Promise.resolve();
      },
    },
  );
  await keeper(file, contentType, body);
  return { stored: readFileSync(path.join(directory, file), 'utf8'), attached };
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `64 bytes from 198.18.0.1: icmp_seq=${index} ttl=64 time=0.5 ms\n`).join('');

test('stores a long text once: the reports contain its beginning, its end and its file name', async ({}, testInfo) => {
  const body = lines(100_000);
  const { stored, attached } = await keep(testInfo.outputDir, 'logs/ping.txt', 'text/plain', body);
  expect(stored).toBe(body);
  expect(attached.length).toBeLessThan(70_000);
  expect(attached).toMatch(/^64 bytes from 198\.18\.0\.1: icmp_seq=0 /);
  expect(attached).toMatch(/icmp_seq=99999 ttl=64 time=0\.5 ms\n$/);
  const [before = '', left, after = ''] = attached.split(/\n… (\d+) characters .* logs\/ping\.txt in the .*…\n\n/);
  expect(before.length + Number(left) + after.length).toBe(body.length);
  for (const line of `${before}${after}`.trimEnd().split('\n')) expect(line).toMatch(/^64 bytes .* ms$/);
});

for (const [what, contentType, body] of [
  ['a short text', 'text/plain', lines(900)],
  ['a long picture', 'image/svg+xml', 'x'.repeat(100_000)],
] as const) {
  test(`the reports contain the whole of ${what}`, async ({}, testInfo) => {
    const { stored, attached } = await keep(testInfo.outputDir, 'logs/it', contentType, body);
    expect(attached).toBe(body);
    expect(stored).toBe(body);
  });
}

test('shortens a long text without line breaks', async ({}, testInfo) => {
  const { attached } = await keep(testInfo.outputDir, 'logs/it.txt', 'text/plain', 'x'.repeat(10 ** 6));
  expect(attached.length).toBeLessThan(70_000);
});
