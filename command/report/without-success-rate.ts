// SPDX-License-Identifier: Apache-2.0
/** Allure's page shows the rate of passed tests as a ring: 0 % or 100 % for one test, which reads as packet loss. No option disables it. */
const STYLE = '<style>:has(> [aria-label^="Success rate"]){visibility:hidden}</style>';

/** Returns the page without the ring. @throws Error if the page has no head */
export function withoutSuccessRate(page: string): string {
  if (!page.includes('</head>')) throw new Error('the page has no head');
  return page.replace('</head>', () => `${STYLE}</head>`);
}
