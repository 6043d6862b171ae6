// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { setupLimitMs } from '../../fixtures/networks.ts';

const MINUTE = 60_000;

test('the setup of a network has its share of the time that is left, and at least a minute', () => {
  expect(setupLimitMs(9 * MINUTE, 2)).toBe(3 * MINUTE);
  expect(setupLimitMs(MINUTE, 2)).toBe(MINUTE);
});

test('the setup of the last network has all the time that is left', () => {
  expect(setupLimitMs(9 * MINUTE, 0)).toBeUndefined();
});
