// SPDX-License-Identifier: Apache-2.0
/**
 * Properties of any input, tested with a thousand inputs by fast-check. A failure prints its seed. They assert
 * with node:assert: the runner would report each of their thousands of assertions as a step.
 */
import fc from 'fast-check';

const CASES = 1000;
/** Generous: a case that takes longer hangs. */
const CASE_LIMIT_MS = 5000;

/** @throws when a case fails or takes too long; with the smallest case found. */
export function holds<T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void,
): void {
  const property = fc.property(...arbitraries, (...values: T) => {
    const start = performance.now();
    check(...values);
    const spent = performance.now() - start;
    if (spent > CASE_LIMIT_MS) throw new Error(`one case took ${spent.toFixed(0)} ms`);
  });
  fc.assert(property, { numRuns: CASES });
}

const PIECES = [
  '\u0000',
  '\u0007',
  '\b',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\u001b',
  '\u001b[31m',
  '\u001b[',
  '\u001b]0;',
  '\u001b\\',
  '\u007f',
  '\u0085',
  '\u009b',
  '\u009b2J',
  '\u009d',
  '\u009c',
  '\u00a0',
  '\u00ad',
  '\u061c',
  '\u180e',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u2069',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\u{e0041}',
  '\uff11',
  '\u0301',
  '😀',
  'é',
  '<',
  '<script>',
  '<!--',
  '&lt;',
  '"',
  "'",
  '\\',
  '/',
  ' ',
  '  ',
  'a',
  'm',
  '0',
  '$(',
];

/** Text of hostile pieces, or any text. */
export const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
