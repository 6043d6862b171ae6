// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { jsonPatch, mergePatch } from '../../api/patch.ts';

test('a merge patch sets, nests and removes', () => {
  expect(mergePatch({ a: '1', b: { c: '2', d: '3' } }, { a: null, b: { c: 'x' }, e: ['y'] })).toEqual({
    b: { c: 'x', d: '3' },
    e: ['y'],
  });
});

test('JSON patch supports escapes, list positions and moves', () => {
  expect(jsonPatch({ data: {} }, [{ op: 'add', path: '/data/a~1b~0c', value: '1' }])).toEqual({
    data: { 'a/b~c': '1' },
  });
  expect(jsonPatch({ list: [1, 3] }, [{ op: 'add', path: '/list/1', value: 2 }])).toEqual({ list: [1, 2, 3] });
  expect(jsonPatch({ list: [1] }, [{ op: 'add', path: '/list/-', value: 2 }])).toEqual({ list: [1, 2] });
  expect(jsonPatch({ a: 1 }, [{ op: 'move', from: '/a', path: '/b' }])).toEqual({ b: 1 });
});

test("refuses a missing path or a failed test with the server's message", () => {
  for (const step of [
    { op: 'remove', path: '/data/gone' },
    { op: 'replace', path: '/data/gone', value: 1 },
    { op: 'test', path: '/data/a', value: 2 },
  ]) {
    expect(() => jsonPatch({ data: { a: 1 } }, [step])).toThrow(
      'the server rejected our request due to an error in our request',
    );
  }
});
