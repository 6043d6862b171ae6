// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cpuMs } from '../cpu-time.ts';
import { asCheckupError, CheckupError, CleanError } from '../../../model/errors.ts';
import { atMostBytes, oneLine, plainText, quoted, stripAnsi } from '../../../model/text.ts';

/** Untrusted text as one line, and as a saved text. */
const TEXTS: [what: string, text: string, line: string, kept: string][] = [
  ['colours', '\u001b[31mred\u001b[0m', 'red', 'red'],
  ['a cleared screen', 'a\u001b[2J\u001b[1;1Hb', 'ab', 'ab'],
  ['a window title', 'a\u001b]0;title\u0007b\u001b]2;title\u001b\\c', 'abc', 'abc'],
  ['a title that never ends', 'a\u001b]0;title\nb', 'a0;title b', 'a0;title\nb'],
  ['character sets', '\u001b(Bplain\u001b)0', 'plain', 'plain'],
  ['save, restore, reset', '\u001b7a\u001b8\u001bcb', 'ab', 'ab'],
  ['a question to the terminal', 'a\u001b[6nb', 'ab', 'ab'],
  ['escapes of one byte', 'a\u009b31mb\u009d0;title\u009cc', 'abc', 'abc'],
  ['an escape within an escape', '\u001b\u001b[0m[31mred', '[31mred', '[31mred'],
  ['control characters', 'a\u0000\u0007\b\u000b\u007f\u0085b', 'a b', 'ab'],
  ['carriage returns', 'safe\revil\r\nnext', 'safe evil next', 'safeevil\nnext'],
  ['line feeds and tabs', ' a\n\tb\n', 'a b', ' a\n\tb\n'],
  ['line separators', 'a\u2028b\u2029c', 'a b c', 'abc'],
  ['a reading direction', 'a\u202etxt.exe\u202c\u2066b\u2069\u200e\u061cc', 'atxt.exebc', 'atxt.exebc'],
  ['zero width', 'no\u200bde\u200d\u2060-1\ufeff', 'node-1', 'node-1'],
  ['hidden tags', 'a\u{e0041}\u{e007f}b', 'ab', 'ab'],
  ['half a character', 'a\ud800b', 'a\ufffdb', 'a\ufffdb'],
  ['a tag', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['other markup', '</p><!-- <?xml', '&lt;/p>&lt;!-- &lt;?xml', '</p><!-- <?xml'],
  ['a tag torn by what does not show', '<\u200bscript>', '&lt;script>', '<script>'],
  ['less than', '1 < 2 <= 3 << 4', '1 < 2 <= 3 << 4', '1 < 2 <= 3 << 4'],
  ['letters of the world', 'Ünïcödé 網路 שלום 😀', 'Ünïcödé 網路 שלום 😀', 'Ünïcödé 網路 שלום 😀'],
];

for (const [what, text, line, kept] of TEXTS) {
  test(`${what}, in one line and kept`, () => {
    expect(oneLine(text)).toBe(line);
    expect(plainText(text)).toBe(kept);
  });
}

test('a long line is cut between characters', () => {
  expect(oneLine('abcdef', 4)).toBe('abc…');
  expect(oneLine('ab😀def', 4)).toBe('ab…');
  expect(oneLine('a'.repeat(5000))).toHaveLength(4096);
});

for (const [value, shown] of [
  ['', '""'],
  ['a "b"\\', '"a \\"b\\"\\\\"'],
  ['a\u0000\n\u001b[31m', '"a\\u0000\\n\\u001b[31m"'],
  ['\u202etxt\u200b\u00a0\ufeff', '"\\u202etxt\\u200b\\u00a0\\ufeff"'],
  ['\u{e0041}\ud800', '"\\u{e0041}\\ud800"'],
  ['e\u0301 １', '"e\\u0301 １"'],
  ['x'.repeat(12), '"xxxxxxxxxx…" (12 characters)'],
] as const) {
  test(`a value is shown as ${shown}`, () => {
    expect(quoted(value, 10)).toBe(shown);
  });
}

test('truncates bytes between characters, and shows the length', () => {
  expect(atMostBytes('short', 40)).toBe('short');
  expect(atMostBytes('€'.repeat(100), 40)).toBe('€€€€€… (cut, 300 bytes long)');
  expect(Buffer.byteLength(atMostBytes('😀'.repeat(100), 40))).toBeLessThanOrEqual(40);
  expect(atMostBytes('😀'.repeat(100), 40).isWellFormed()).toBe(true);
});

test('an unterminated escape takes linear time and removes no other text', () => {
  const text = `\u001b]${'x'.repeat(1_000_000)}\u001b[${'1;'.repeat(500_000)}`;
  const ms = cpuMs(() => {
    expect(stripAnsi(text)).toHaveLength(text.length - 4);
  });
  expect(ms).toBeLessThan(2000);
});

test("removes control characters from an error's message and causes", () => {
  const root = new TypeError('<b>\u001b[31mroot\u202e\n    at evil (\u001b[2Jx.js:1:1)');
  const error = new CheckupError('Internal', ['one\u0007', '<i>two'], {
    cause: new Error('middle\n', { cause: root }),
  });
  expect([error.name, error.message, error.details]).toEqual(['Internal', 'one, &lt;i>two', ['one', '&lt;i>two']]);
  const { cause } = error;
  expect(cause).toMatchObject({ name: 'Error', message: 'middle', cause: { name: 'TypeError' } });
  const stacks = [error, cause, cause instanceof Error ? cause.cause : undefined].map((link) =>
    link instanceof Error ? (link.stack ?? '') : 'no error',
  );
  expect(stacks[2]).toContain('TypeError: &lt;b>root at evil (x.js:1:1)');
  for (const stack of stacks) expect(stack).not.toMatch(/[^\n\P{C}]|<b>/u);
  expect(stacks[1]).toMatch(/\n {4}at .*text\.spec\.ts/);
});

test('describes a cause that is not an error, a cyclic one and an endless chain', () => {
  expect(new CheckupError('Internal', 'm', { cause: 'text\u0000' }).cause).toMatchObject({ message: 'text' });
  const own = new Error('own');
  own.cause = own;
  let links = 0;
  for (let link: unknown = asCheckupError(own); link instanceof CleanError; link = link.cause) links += 1;
  expect(links).toBeLessThan(10);
});
