// SPDX-License-Identifier: Apache-2.0
/** The position of the first JSON error. */
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { describeJsonError } from '../../../fixtures/prerequisites/json-error.ts';
import { cpuMs } from '../cpu-time.ts';
import { anyText, holds } from '../property.ts';

const CASES: [text: string, place: string, why: string][] = [
  ['{"a":1,}', 'line 1, column 8', 'found "}", expected a property name in double quotes: remove the comma before it'],
  ['{\n  "a": [1, 2,],\n}', 'line 2, column 14', 'found "]", expected a value: remove the comma before it'],
  ['{\r\n\t"a": 1,\r\n}', 'line 3, column 1', 'found "}", expected a property name in double quotes: remove the comma'],
  ['{"a":1 "b":2}', 'line 1, column 8', 'found "\\"", expected "," or "}"'],
  ['[1 2]', 'line 1, column 4', 'found "2", expected "," or "]"'],
  ['{"a" 1}', 'line 1, column 6', 'found "1", expected ":"'],
  ['{a:1}', 'line 1, column 2', 'found "a", expected a property name in double quotes or "}"'],
  ["{'a':1}", 'line 1, column 2', 'found "\'", expected a property name in double quotes or "}"'],
  ['{"a":}', 'line 1, column 6', 'found "}", expected a value,'],
  ['[,1]', 'line 1, column 2', 'found ",", expected a value or "]"'],
  ['{"a":NaN}', 'line 1, column 6', 'found "N", expected a value'],
  ['{"a":01}', 'line 1, column 7', 'found "1", expected "," or "}"'],
  ['{"a":True}', 'line 1, column 6', 'found "T", expected a value'],
  ['{} // ours', 'line 1, column 4', 'found "/", expected the end of the text'],
  ['{"a":"b', 'line 1, column 8', "found the end of the text, expected '\"', the end of a string"],
  ['{"a":"b\n"}', 'line 1, column 8', 'found "\\n", expected no control character in a string'],
  ['{"a":"\\x"}', 'line 1, column 7', 'found "\\\\", expected an escape of JSON'],
  ['{"a":[', 'line 1, column 7', 'found the end of the text, expected a value or "]"'],
  ['\ufeff{}', 'line 1, column 1', 'found "\\ufeff", expected a value'],
  ['', 'line 1, column 1', 'found the end of the text, expected a value'],
];

for (const [text, place, why] of CASES) {
  test(`describes ${JSON.stringify(text)}`, () => {
    const described = describeJsonError(text);
    expect(described).toContain(`${place}: ${why}`);
    expect(described).toContain(', near "');
  });
}

test('shows the text before and after the place', () => {
  const text = `{"name":"${'x'.repeat(50)}","mtu":1500,}${' '.repeat(50)}`;
  expect(describeJsonError(text)).toMatch(/, near "x{17}\\",\\"mtu\\":1500,} {9}"$/);
});

test('finds an error exactly where JSON.parse does', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"',
    '\\',
    '\\u00e9',
    '1',
    '-0',
    '0.5e+3',
    '.',
    'e',
    'true',
    'nul',
    ' ',
    '\n',
    '\u00a0',
  );
  const edited = fc.tuple(fc.json(), fc.nat(), fc.oneof(piece, fc.constant(''))).map(([json, place, change]) => {
    const at = place % (json.length + 1);
    return json.slice(0, at) + change + json.slice(at + 1);
  });
  holds(
    [
      fc.oneof(
        fc.json(),
        anyText,
        edited,
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
    ],
    (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      assert.equal(describeJsonError(text) === undefined, isJson, text);
    },
  );
});

test('takes time in proportion to the text', () => {
  const texts = ['['.repeat(2 ** 20), '{"a":'.repeat(2 ** 18), `"${'x'.repeat(2 ** 20)}`, '1'.repeat(2 ** 20) + 'x'];
  const ms = cpuMs(() => {
    for (const text of texts) expect(describeJsonError(text)).toBeDefined();
  });
  expect(ms).toBeLessThan(2000);
});
