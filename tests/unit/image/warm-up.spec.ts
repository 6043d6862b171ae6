// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { isForeign } from '../../../image/warm-up.ts';

test('an image for another architecture is recognized by the name that image builders give it', () => {
  expect(isForeign(undefined)).toBe(false);
  expect(isForeign('')).toBe(false);
  expect(isForeign('amd64', 'x64')).toBe(false);
  expect(isForeign('arm64', 'arm64')).toBe(false);
  expect(isForeign('s390x', 's390x')).toBe(false);
  expect(isForeign('arm64', 'x64')).toBe(true);
  expect(isForeign('amd64', 'arm64')).toBe(true);
});
