// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { decodeEvent, encodeEvent, EVENT_VERSION } from '../../../model/events.ts';

const MALFORMED: [event: Record<string, unknown>, message: RegExp][] = [
  [{ type: 'worker', pid: 1, version: 1 }, /^"version": expected \d+, saw 1$/],
  [{ type: 'unheard-of' }, /^"type": expected \("worker" \| .* \| "diagnosis"\), saw "unheard-of"$/],
  [{}, /^"type" is missing$/],
  [{ type: 'worker', pid: -1 }, /^"pid": expected >=0, saw -1$/],
  [{ type: 'worker', pid: '1' }, /^"pid": expected number, saw "1"$/],
  [{ type: 'created', vmi: { name: 'a' }, uid: 'u' }, /^"vmi.namespace" is missing$/],
  [
    { type: 'creating', vmi: { namespace: 'n', name: 'a' }, labels: { '\u001b[2J': 1 } },
    /^"labels\.\\u001b\[2J": expected string, saw 1$/,
  ],
  [
    { type: 'path-mtu', cell: { from: 'source', to: 'target', family: 'ipv5' } },
    /^"cell.family": expected \("ipv4" \| "ipv6"\), saw "ipv5"$/,
  ],
];

for (const [event, message] of MALFORMED) {
  test(`reports member, expected and actual value of a malformed event: ${JSON.stringify(event)}`, () => {
    expect(() => decodeEvent(JSON.stringify({ version: EVENT_VERSION, ...event }))).toThrow(message);
  });
}

test('an event that is not an object, or not JSON, is malformed', () => {
  expect(() => decodeEvent('5')).toThrow('"event": expected Object, saw 5');
  expect(() => decodeEvent('{')).toThrow(SyntaxError);
});

test('an encoded event shows control characters instead of sending them to a terminal', () => {
  expect(encodeEvent({ type: 'warning', message: '\u001b\u202e' })).toContain('"\\u001b\\u202e"');
});
