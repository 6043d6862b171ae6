// SPDX-License-Identifier: Apache-2.0
/** Texts with placeholders in braces, and matchers of such texts. */

/** A value that becomes a matcher after its placeholders are filled in. */
export class Template<T> {
  readonly sample: T;
  readonly make: (filled: T) => unknown;

  constructor(sample: T, make: (filled: T) => unknown) {
    this.sample = sample;
    this.make = make;
  }
}

/** Fills the placeholders in every text; does not change matchers and other objects. */
export function fill<T>(value: T, words: Record<string, string>): T {
  return filled(value, words) as T;
}

function filled(value: unknown, words: Record<string, string>): unknown {
  if (typeof value === 'string') return value.replaceAll(/\{(\w+)\}/g, (all, word: string) => words[word] ?? all);
  if (value instanceof Template) return value.make(filled(value.sample, words));
  if (Array.isArray(value)) return value.map((item) => filled(item, words));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, words)]));
}
