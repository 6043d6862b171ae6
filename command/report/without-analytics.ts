// SPDX-License-Identifier: Apache-2.0
/** Allure adds a request to a web analytics host to every page. No option of Allure disables it. */
const HOST = 'googletagmanager.com';
/** The script element that loads the analytics, and the inline script after it that calls `gtag`. */
const CALL =
  /<script async src="https:\/\/www\.googletagmanager\.com\/[^"]*"><\/script>\s*<script>(?:(?!<\/script>)[\s\S])*?gtag\((?:(?!<\/script>)[\s\S])*?<\/script>/g;

/** Returns the page without the request. @throws Error if another mention of analytics remains, as another version of Allure may add it */
export function withoutAnalytics(page: string): string {
  const plain = page.replace(CALL, '');
  if (plain.includes(HOST) || /\bgtag\(/.test(plain)) throw new Error(`the page still mentions ${HOST}`);
  return plain;
}
