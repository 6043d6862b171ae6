// SPDX-License-Identifier: Apache-2.0
/**
 * Sanitizes text from outside (guests, API servers, users, terminals) for a ConfigMap, a log or a report: it must not move a cursor,
 * change the text direction, be invisible, or start markup.
 */

// In this order: CSI, OSC that ends on its line, character sets and the like, two-byte escapes; CSI and OSC in their C1 form.
// No sequence contains what begins another one: an unterminated OSC is scanned once, not once for each U+009D in it.
const ANSI =
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\u009d\r\n]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]+[0-~]|\u001b[0-~]/g;
/** Control and format characters (bidi controls and zero-width ones among them), line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const INVISIBLE_BUT_LAYOUT = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The start of a tag, a comment or a declaration in HTML. */
const MARKUP = /<(?=[A-Za-z/!?])/g;
/** Characters that are invisible or combine with their neighbour, except the plain space. */
const NON_PRINTABLE = /(?! )[\p{C}\p{Z}\p{M}]/gu;

export function stripAnsi(text: string): string {
  return text.replace(ANSI, '');
}

/** Returns one line without control characters or markup, at most `limit` characters long. */
export function oneLine(text: string, limit = 4096): string {
  const plain = stripAnsi(text).toWellFormed().replace(/\s+/g, ' ').replace(INVISIBLE, '').replace(/ {2,}/g, ' ');
  const line = plain.trim().replace(MARKUP, '&lt;');
  return line.length <= limit ? line : `${characters(line, limit - 1)}…`;
}

/** Removes all control characters except newlines and tabs: for text that is saved as a file. */
export function plainText(text: string): string {
  return stripAnsi(text).toWellFormed().replace(INVISIBLE_BUT_LAYOUT, '');
}

/** Returns a value in quotes: invisible characters are escaped as `\u…`; a long value is truncated, with its length. */
export function quoted(value: string, limit = 100): string {
  const spelled = JSON.stringify(characters(value, limit)).replace(NON_PRINTABLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
  return value.length <= limit ? spelled : `${spelled.slice(0, -1)}…" (${value.length} characters)`;
}

/** Wraps text between words into lines of at most `limit` characters; a longer word has a line of its own. */
export function wrapped(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Truncates text to at most `limit` bytes of UTF-8, with a note about its original length. */
export function atMostBytes(text: string, limit: number): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text).length;
  if (bytes <= limit) return text;
  const note = `… (cut, ${bytes} bytes long)`;
  const room = Math.max(0, limit - encoder.encode(note).length);
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(room)).read) + note;
}

/** Returns the first `limit` UTF-16 units, or one less if that would split a character. */
function characters(text: string, limit: number): string {
  const cut = text.slice(0, limit);
  return cut.length < text.length && /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
