// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { atMostBytes, oneLine, plainText, quoted } from '../../../model/text.ts';
import { anyText, holds } from '../property.ts';

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test('oneLine removes control characters and markup, limits the length, and is idempotent', () => {
  holds([anyText, fc.integer({ min: 1, max: 50 })], (text, limit) => {
    const line = oneLine(text, limit);
    assert.doesNotMatch(line, CONTROL);
    assert.doesNotMatch(line, /<[A-Za-z/!?]/);
    assert.ok(line.length <= limit);
    assert.equal(oneLine(line, limit), line);
  });
});

test('plainText removes control characters except line feeds and tabs, and is idempotent', () => {
  holds([anyText], (text) => {
    const kept = plainText(text);
    assert.doesNotMatch(kept.replace(/[\n\t]/g, ''), CONTROL);
    assert.equal(plainText(kept), kept);
  });
});

test('text without control characters or markup is unchanged', () => {
  const plain = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '.', ',', '[', ']', '{', '"', "'", '&', '>', '=', '日', 'é', '😀'),
    maxLength: 80,
  });
  holds([plain], (text) => {
    assert.deepEqual([oneLine(text), plainText(text)], [text, text]);
  });
});

test('a quoted value shows every character and can be parsed when it is not truncated', () => {
  holds([anyText], (text) => {
    const shown = quoted(text, 1000);
    assert.doesNotMatch(shown, /(?! )[\p{C}\p{Z}\p{M}]/u);
    const json = shown.replace(/\\u\{(\w+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
    assert.equal(JSON.parse(json), text);
  });
});

test('atMostBytes limits the bytes, preserves whole characters and shows the length', () => {
  holds([fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 30, max: 300 })], (text, limit) => {
    const cut = atMostBytes(text, limit);
    assert.ok(Buffer.byteLength(cut) <= limit);
    if (Buffer.byteLength(text) <= limit) assert.equal(cut, text);
    else assert.match(cut, new RegExp(`… \\(cut, ${Buffer.byteLength(text)} bytes long\\)$`));
    assert.equal(text.startsWith(cut.replace(/… \(cut, \d+ bytes long\)$/, '')), true);
  });
});
