// SPDX-License-Identifier: Apache-2.0
/** Parses an SVG strictly, as an XML parser does. */

export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text of the element and its children, with resolved entities. */
  text: string;
}

// Text, or a tag whose attributes are all in quotes.
const TOKEN = /([^<]+)|<(\/?)([a-zA-Z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/y;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function resolved(text: string): string {
  const bare = /&(?!(?:amp|lt|gt|quot);)/.exec(text);
  // eslint-disable-next-line no-control-regex -- XML 1.0 has no place for them
  if (bare !== null || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed()) {
    throw new Error(`not XML: ${text}`);
  }
  return text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? '');
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, resolved(value)]);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`an attribute twice:${text}`);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** @throws Error when it is not well-formed. */
export function readSvg(svg: string): SvgElement[] {
  const elements: SvgElement[] = [];
  const open: SvgElement[] = [];
  const text = svg.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const at = TOKEN.lastIndex;
    const [, words, closing, name = '', attributes = '', alone] = TOKEN.exec(text) ?? [];
    if (words === undefined && name === '') throw new Error(`not XML: ${text.slice(at, at + 80)}`);
    if (words !== undefined) {
      if (open.length === 0) throw new Error(`text outside of the root: ${words}`);
      for (const element of open) element.text += resolved(words);
    } else if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
    } else {
      const element = { name, attributes: attributesOf(attributes), text: '' };
      elements.push(element);
      if (alone !== '/') open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`${open.length} elements are left open`);
  return elements;
}

export function ofClass(elements: readonly SvgElement[], kind: string): SvgElement[] {
  return elements.filter(({ attributes }) => (attributes['class'] ?? '').split(' ').includes(kind));
}

/** Returns the start points of a path's parts. */
export function partsOf(elements: readonly SvgElement[], kind: string): [x: number, y: number][] {
  const paths = ofClass(elements, kind).map(({ attributes }) => attributes['d'] ?? '');
  return paths.flatMap((d) => {
    return [...d.matchAll(/M(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [Number(x), Number(y)]);
  });
}
