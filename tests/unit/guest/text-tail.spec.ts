// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { TextTail } from '../../../fixtures/guest/text-tail.ts';

const LIMIT = 1000;

for (const length of [1, 3, 700]) {
  test(`keeps the end of a text that comes in chunks of ${length} characters`, () => {
    const tail = new TextTail(LIMIT);
    let whole = '';
    for (let chunk = 0; chunk < 3000; chunk += 1) {
      const text = String(chunk).padStart(length, ' ').slice(-length);
      whole += text;
      tail.append(text);
      if (chunk % 499 === 0) expect(tail.text).toBe(whole.slice(-LIMIT));
    }
    expect(tail.text).toBe(whole.slice(-LIMIT));
    tail.clear();
    expect(tail.text).toBe('');
    tail.append('new');
    expect(tail.text).toBe('new');
  });
}
