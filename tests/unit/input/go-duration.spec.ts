// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseGoDuration } from '../../../fixtures/input/go-duration.ts';

for (const [text, ms] of [
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['90s', 90_000],
  ['1.5s', 1500],
  ['.5s', 500],
  ['250ms', 250],
  ['3', 180_000],
] as const) {
  test(`${text} is ${ms} ms`, () => {
    expect(parseGoDuration(text)).toBeCloseTo(ms, 6);
  });
}

for (const text of ['', '0', '0s', '-5m', '5 m', '5d', 'm', '1e3s', '99999999h', '1h'.repeat(60)]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
}
