// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { layOut } from '../../../image/lay-out.ts';

test('a directory that holds another project is not replaced', async ({}, testInfo) => {
  const directory = testInfo.outputPath('project');
  const files = ['package.json', 'playwright.config.ts', 'yarn.lock'];
  mkdirSync(directory);
  for (const file of files) writeFileSync(path.join(directory, file), '');
  await expect(layOut(directory)).rejects.toThrow('something else than an earlier image tree');
  expect(readdirSync(directory).sort()).toEqual(files);
});
