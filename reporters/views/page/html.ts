// SPDX-License-Identifier: Apache-2.0
/**
 * Templates of the report page: hono's `html` tag, which escapes every value. Nothing else makes markup: texts of guests, servers and
 * users are strings, and a string is always text.
 */
import { html as escaped, raw } from 'hono/html';
import { plainText } from '../../../model/text.ts';

/** Markup that only this module makes. */
export type Html = ReturnType<typeof raw>;

/** Undefined and false render nothing; a list renders its elements in a row. */
export type Content = string | number | Html | undefined | false | readonly Content[];

export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const rendered = escaped(strings, ...values.map(printable));
  if (rendered instanceof Promise) throw new TypeError('a template waits for a value');
  return rendered;
}

/** Removes control characters, and the escapes of `oneLine`: hono escapes the text again. */
function printable(value: Content): Content {
  if (typeof value === 'string') return plainText(value).replaceAll('&lt;', '<');
  return Array.isArray(value) ? value.map(printable) : value;
}

/**
 * Returns an element with the text of a file of this module, unescaped.
 * @throws RangeError if the text ends the element
 */
export function inlineElement(name: 'style' | 'script', text: string): Html {
  if (text.toLowerCase().includes(`</${name}`)) throw new RangeError(`the text ends the element ${name}`);
  return raw(`<${name}>${text}</${name}>`);
}

/** Returns an element with data for a script of the page, which is no script itself. */
export function inlineData(value: unknown): Html {
  const json = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? plainText(member) : member,
  );
  return raw(`<script type="application/json">${json.replaceAll('<', '\\u003c')}</script>`);
}
