// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import {
  decodeEvent,
  encodeEvent,
  EVENT,
  eventAttachmentName,
  isEventAttachment,
  type CheckupEvent,
} from '../../../model/events.ts';
import { foldEvent, foldEvents } from '../../../reporters/record.ts';
import { anyValue } from '../any-value.ts';
import { anyText, holds } from '../property.ts';

const ref = fc.record({ namespace: anyText, name: anyText });
const event = anyValue(EVENT);

/** Expects an event that can be encoded, or a TypeError or SyntaxError. */
function decoded(json: string): CheckupEvent | undefined {
  try {
    const value = decodeEvent(json);
    assert.deepEqual(decodeEvent(encodeEvent(value)), value);
    foldEvents([value]);
    return value;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

test('decodes every encoded event', () => {
  holds([event], (sent) => {
    const plain: unknown = JSON.parse(JSON.stringify(sent));
    assert.deepEqual(decoded(encodeEvent(sent)), plain);
    assert.equal(isEventAttachment(eventAttachmentName(sent)), true);
  });
});

test('refuses a changed event or decodes it to a valid one', () => {
  const change = fc.oneof(fc.constantFrom(undefined, null, -1, '', true), fc.array(anyText), fc.double(), ref);
  holds([event, fc.nat(), change], (sent, at, value) => {
    const json = JSON.parse(encodeEvent(sent)) as Record<string, unknown>;
    const keys = Object.keys(json);
    const key = keys[at % keys.length] ?? 'type';
    const changed = decoded(JSON.stringify({ ...json, [key]: value }));
    if (key === 'version') assert.equal(changed, undefined);
  });
});

test('refuses any other text', () => {
  const pieces = fc.oneof(
    anyText,
    fc.json(),
    fc.constantFrom('{"version":1,"type":"warning"', ',"message":', '"m"', '}'),
  );
  holds([fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''))], (text) => {
    decoded(text);
  });
});

test('folding events one by one equals folding them together', () => {
  holds([fc.array(event, { maxLength: 10 })], (events) => {
    assert.deepEqual(events.reduce(foldEvent, foldEvents([])), foldEvents(events));
  });
});
