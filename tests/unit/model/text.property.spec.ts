import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { atMostBytes, oneLine, plainText, quoted } from '../../../model/text.ts';
import { anyText, holds } from '../property.ts';

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test('one line: no control character, no markup, at most as long as told; made once, it stays', () => {
  holds([anyText, fc.integer({ min: 1, max: 50 })], (text, limit) => {
    const line = oneLine(text, limit);
    expect(line).not.toMatch(CONTROL);
    expect(line).not.toMatch(/<[A-Za-z/!?]/);
    expect(line.length).toBeLessThanOrEqual(limit);
    expect(oneLine(line, limit)).toBe(line);
  });
});

test('kept text: line feeds and tabs, and no other control character; made once, it stays', () => {
  holds([anyText], (text) => {
    const kept = plainText(text);
    expect(kept.replace(/[\n\t]/g, '')).not.toMatch(CONTROL);
    expect(plainText(kept)).toBe(kept);
  });
});

test('text that says nothing to a terminal is left alone', () => {
  const plain = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '.', ',', '[', ']', '{', '"', "'", '&', '>', '=', '日', 'é', '😀'),
    maxLength: 80,
  });
  holds([plain], (text) => {
    expect([oneLine(text), plainText(text)]).toEqual([text, text]);
  });
});

test('a quoted value shows everything, and reads back where it was not cut', () => {
  holds([anyText], (text) => {
    const shown = quoted(text, 1000);
    expect(shown).not.toMatch(/(?! )[\p{C}\p{Z}\p{M}]/u);
    const json = shown.replace(/\\u\{(\w+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
    expect(JSON.parse(json)).toBe(text);
  });
});

test('bytes: at most as many as told, whole characters, the length told', () => {
  holds([fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 30, max: 300 })], (text, limit) => {
    const cut = atMostBytes(text, limit);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
    if (Buffer.byteLength(text) <= limit) expect(cut).toBe(text);
    else expect(cut).toMatch(new RegExp(`… \\(cut, ${Buffer.byteLength(text)} bytes long\\)$`));
    expect(text.startsWith(cut.replace(/… \(cut, \d+ bytes long\)$/, ''))).toBe(true);
  });
});
