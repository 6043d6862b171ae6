// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { compareGenerated } from '../../../scripts/generated.ts';

test('generated parts are up to date', async () => {
  for (const { file, current, expected } of await compareGenerated()) {
    expect(current, `${file} differs from its source: npm run fix`).toBe(expected);
  }
});
