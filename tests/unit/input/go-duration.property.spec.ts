// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { parseGoDuration } from '../../../fixtures/input/go-duration.ts';
import { renderMilliseconds } from '../../../model/units.ts';
import { anyText, holds } from '../property.ts';

const LONGEST_MS = 2 ** 31 - 1;
const UNIT_NS: Record<string, bigint> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  us: 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ns: 1n,
};
const SCALE = 10n ** 100n;

/** An independent model of Go's rules, in whole numbers and one character at a time. */
function modelMs(text: string): number | undefined {
  let rest = text.startsWith('+') ? text.slice(1) : text;
  if (rest !== '' && Array.from(rest).every(isDigit)) return bounded(BigInt(rest) * 60_000_000_000n * SCALE);
  let total = 0n;
  if (rest === '' || text.length > 100) return undefined;
  while (rest !== '') {
    const whole = leadingDigits(rest);
    rest = rest.slice(whole.length);
    let fraction = '';
    if (rest.startsWith('.')) {
      fraction = leadingDigits(rest.slice(1));
      rest = rest.slice(1 + fraction.length);
    }
    const unit = Object.keys(UNIT_NS)
      .sort((a, b) => b.length - a.length)
      .find((name) => rest.startsWith(name));
    const ns = unit === undefined ? undefined : UNIT_NS[unit];
    if (unit === undefined || ns === undefined || whole + fraction === '') return undefined;
    total += (BigInt(whole + fraction) * ns * SCALE) / 10n ** BigInt(fraction.length);
    rest = rest.slice(unit.length);
  }
  return bounded(total);
}

function bounded(scaledNs: bigint): number | undefined {
  const ms = Number(scaledNs / SCALE) / 1e6 + Number(scaledNs % SCALE) / Number(SCALE) / 1e6;
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function leadingDigits(text: string): string {
  const end = Array.from(text).findIndex((character) => !isDigit(character));
  return end < 0 ? text : text.slice(0, end);
}

const amount = fc.oneof(
  fc.nat(100).map(String),
  fc.tuple(fc.nat(99), fc.stringMatching(/^\d{0,9}$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.stringMatching(/^\.\d{1,9}$/),
);
const part = fc.tuple(amount, fc.constantFrom(...Object.keys(UNIT_NS))).map((pieces) => pieces.join(''));
const duration = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
const letters = fc.string({
  unit: fc.constantFrom('1', '0', '.', '+', '-', 'm', 's', 'h', 'n', 'u', 'µ', ' ', 'e', '\uff11'),
});

test('parses what the renderer writes', () => {
  holds([fc.integer({ min: 1, max: LONGEST_MS })], (ms) => {
    assert.ok(Math.abs((parseGoDuration(renderMilliseconds(ms)) ?? NaN) - ms) < 1e-5);
  });
});

for (const [what, text] of [
  ['durations', duration],
  [
    'signed ones and bare numbers',
    fc.tuple(fc.constantFrom('', '+', '-'), fc.oneof(duration, amount)).map((t) => t.join('')),
  ],
  ['their letters in any order', letters],
  ['any text', anyText],
] as const) {
  test(`agrees with an independent model on ${what}`, () => {
    holds([text], (written) => {
      const parsed = parseGoDuration(written);
      const expected = modelMs(written);
      if (expected === undefined) assert.equal(parsed, undefined);
      else assert.ok(Math.abs((parsed ?? NaN) - expected) <= expected * 1e-9);
    });
  });
}
