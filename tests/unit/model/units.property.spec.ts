// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import {
  nanosecondsFromMilliseconds,
  renderElapsed,
  renderMilliseconds,
  renderNanoseconds,
  renderRounded,
} from '../../../model/units.ts';
import { anyText, holds } from '../property.ts';

const UNITS: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };

test('milliseconds to nanoseconds is exact', () => {
  holds([fc.integer({ min: 0, max: 10 ** 15 })], (ns) => {
    const decimal = `${Math.floor(ns / 1e6)}.${String(ns % 1e6).padStart(6, '0')}`;
    assert.equal(nanosecondsFromMilliseconds(decimal), ns);
    assert.equal(nanosecondsFromMilliseconds(decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')), ns);
  });
});

test('parses any text to a whole number ≥ 0 or throws a RangeError', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', ',', 'e', '\uff11') });
  holds([fc.oneof(anyText, digits)], (text) => {
    try {
      const ns = nanosecondsFromMilliseconds(text);
      assert.equal(Number.isInteger(ns) && ns >= 0, true);
      assert.match(text, /^[\d.]+$/);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  });
});

test('rendered nanoseconds can be parsed', () => {
  holds([fc.integer({ min: 0, max: 10 ** 14 })], (ns) => {
    const [, value = '', unit = ''] = /^(\d+(?:\.\d+)?)(ns|µs|ms|s)$/.exec(renderNanoseconds(ns)) ?? [];
    assert.equal(Math.round(Number(value) * (UNITS[unit] ?? NaN)), ns);
  });
});

/** Any time up to a day, more often close to whole seconds and minutes. */
const anyMs = fc.oneof(
  fc.double({ min: 0, max: 90_000_000, noNaN: true }),
  fc
    .record({
      whole: fc.oneof(
        fc.integer({ min: 0, max: 90_000 }).map((seconds) => seconds * 1000),
        fc.integer({ min: 0, max: 1500 }).map((minutes) => minutes * 60_000),
      ),
      off: fc.double({ min: -600, max: 600, noNaN: true }),
    })
    .map(({ whole, off }) => Math.max(0, whole + off)),
);

/** Returns the milliseconds of a rendered duration. @throws when a part below the first reaches 60, or a fraction is too long. */
function read(text: string, pattern: RegExp): number {
  const { h, m, s, ms } = pattern.exec(text)?.groups ?? assert.fail(`not a duration: ${text}`);
  if (h !== undefined) assert.ok(Number(m ?? 0) < 60, text);
  if (h !== undefined || m !== undefined) assert.ok(Number(s ?? 0) < 60, text);
  else if (s !== undefined) assert.ok(Number(s) < 60, text);
  if (ms !== undefined) assert.ok(Number(ms) < 1000, text);
  return Number(h ?? 0) * 3_600_000 + Number(m ?? 0) * 60_000 + Number(s ?? 0) * 1000 + Number(ms ?? 0);
}

test('a rendered duration has no seconds or minutes of 60, and is accurate to half a millisecond', () => {
  const spelled = /^(?=.)(?:(?<h>\d+)h)?(?:(?<m>\d+)m(?!s))?(?:(?<s>\d+(?:\.\d{1,3})?)s)?$|^(?<ms>\d+)ms$/;
  holds([anyMs], (ms) => {
    assert.ok(Math.abs(read(renderMilliseconds(ms), spelled) - ms) <= 0.5 + 1e-6, renderMilliseconds(ms));
  });
});

test('a rendered elapsed time has no seconds of 60, and is accurate to its last digit', () => {
  const spelled = /^(?:(?<m>\d+)m )?(?<s>\d+(?:\.\d)?)s$/;
  holds([anyMs], (ms) => {
    const text = renderElapsed(ms);
    const lastDigit = text.includes('m ') ? 1000 : 100;
    assert.ok(Math.abs(read(text, spelled) - ms) <= lastDigit / 2 + 1e-6, text);
  });
  assert.deepEqual([299_600, 59_960, 59_940].map(renderElapsed), ['5m 0s', '1m 0s', '59.9s']);
});

test('rounded nanoseconds are below 1000 of their unit', () => {
  holds([fc.integer({ min: 0, max: 10 ** 13 })], (ns) => {
    const [, value = '', unit = ''] = /^(\d+(?:\.\d+)?)(ns|µs|ms|s)$/.exec(renderRounded(ns)) ?? [];
    assert.ok(unit === 's' || Number(value) < 1000, renderRounded(ns));
    assert.ok(Math.abs(Number(value) * (UNITS[unit] ?? NaN) - ns) <= 500 + 1e-3, renderRounded(ns));
  });
});
