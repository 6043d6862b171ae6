// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { withoutAnalytics } from '../../../command/report/without-analytics.ts';

const CALL = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>';
const FEED =
  "<script>\n  window.dataLayer = [];\n  function gtag(){dataLayer.push(arguments);}\n  gtag('js', new Date());\n</script>";

test('removes the call and its script, and nothing else', () => {
  const page = `<script>one()</script>\n${CALL}\n    ${FEED}\n<script>two()</script>`;
  expect(withoutAnalytics(page)).toBe('<script>one()</script>\n\n<script>two()</script>');
});

test('does not change a page without analytics', () => {
  expect(withoutAnalytics('<script>one()</script>')).toBe('<script>one()</script>');
});

for (const [what, page] of [
  ['another way to load it', `<script defer src="https://www.googletagmanager.com/gtag/js"></script>`],
  ['a script of it alone', FEED],
] as const) {
  test(`${what} is refused`, () => {
    expect(() => withoutAnalytics(page)).toThrow('still mentions googletagmanager.com');
  });
}
