import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { nanosecondsFromMilliseconds, renderNanoseconds } from '../../../model/units.ts';
import { anyText, holds } from '../property.ts';

const UNITS: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };

test('milliseconds to nanoseconds is exact', () => {
  holds([fc.integer({ min: 0, max: 10 ** 15 })], (ns) => {
    const decimal = `${Math.floor(ns / 1e6)}.${String(ns % 1e6).padStart(6, '0')}`;
    assert.equal(nanosecondsFromMilliseconds(decimal), ns);
    assert.equal(nanosecondsFromMilliseconds(decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')), ns);
  });
});

test('any text: a RangeError, or a whole number ≥ 0', () => {
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

test('rendered nanoseconds read back', () => {
  holds([fc.integer({ min: 0, max: 10 ** 14 })], (ns) => {
    const [, value = '', unit = ''] = /^(\d+(?:\.\d+)?)(ns|µs|ms|s)$/.exec(renderNanoseconds(ns)) ?? [];
    assert.equal(Math.round(Number(value) * (UNITS[unit] ?? NaN)), ns);
  });
});
