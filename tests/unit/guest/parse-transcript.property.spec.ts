// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { hasEnded, markedCommand, parseTranscript } from '../../../fixtures/guest/parse-transcript.ts';
import { stripAnsi } from '../../../model/text.ts';
import { anyText, holds } from '../property.ts';

const nonce = fc.stringMatching(/^[0-9a-f]{8}$/);
const command = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', ' ', '-', '/', "'", '"', '$', '>', '&', 'BEG', 'END', '_'),
  maxLength: 200,
});
const output = fc.string({
  unit: fc.constantFrom('a', '0', ' ', '.', '\n', '\t', '_', 'BEG', 'END', 'é', '<', '\\'),
  maxLength: 300,
});

/** The ways in which shells wrap an echo at the terminal width. */
const BREAKS = {
  'bash repeats a character': (left: string, right: string) => `${left}${right.slice(0, 1)}\r${right}`,
  'bash prints a space': (left: string, right: string) => `${left} \r${right}`,
  'ash prints a line feed': (left: string, right: string) => `${left}\r\r\n${right}`,
};

function broken(line: string, columns: number, style: keyof typeof BREAKS): string {
  const rows = line.match(new RegExp(`[\\s\\S]{1,${columns}}`, 'g')) ?? [];
  return rows.reduce((left, right) => BREAKS[style](left, right));
}

test('reads output and status whatever line breaks and escapes the echo contains', () => {
  const style = fc.constantFrom(...(Object.keys(BREAKS) as (keyof typeof BREAKS)[]));
  const status = fc.integer({ min: 0, max: 255 });
  const columns = fc.integer({ min: 5, max: 200 });
  const noise = fc.constantFrom('', '\u001b[?2004l\r', '\u001b[6n', '[ 3.14] eth0: link up\r\n');
  holds([nonce, command, output, status, columns, style, noise], (mark, typed, printed, code, width, how, between) => {
    const echo = broken(`localhost:~# ${markedCommand(typed, mark)}`, width, how);
    const raw = `${echo}\r\n${between}BEG${mark}\r\n${printed.replaceAll('\n', '\r\n')}END${mark}_${code}_\r\n${between}# `;
    assert.deepEqual(parseTranscript(raw, mark), { output: printed, status: code });
    assert.equal(hasEnded(stripAnsi(raw).replaceAll('\r', ''), mark), true);
  });
});

test('returns nothing for an echo alone, or before the end mark is complete', () => {
  holds([nonce, command, output, fc.nat(1000)], (mark, typed, printed, cut) => {
    const raw = `${markedCommand(typed, mark)}\r\nBEG${mark}\r\n${printed}END${mark}_0_`;
    assert.equal(parseTranscript(raw.slice(0, Math.min(cut, raw.length - 1)), mark), undefined);
  });
});

test('does not throw on any text', () => {
  const marks = fc.constantFrom('BEG1a2b3c4d\r\n', 'END1a2b3c4d_', '0_', '256_', 'BEG1a2b3c4d', '\n');
  const pieces = fc.array(fc.oneof(anyText, marks), { maxLength: 20 }).map((parts) => parts.join(''));
  holds([pieces], (raw) => {
    const result = parseTranscript(raw, '1a2b3c4d');
    if (result === undefined) return;
    assert.equal(Number.isInteger(result.status), true);
    assert.ok(raw.includes('END1a2b3c4d_'));
  });
});
