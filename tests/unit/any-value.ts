// SPDX-License-Identifier: Apache-2.0
/** Generates values that a valibot schema accepts. */
import fc from 'fast-check';
import type * as v from 'valibot';
import { anyText } from './property.ts';

/** The kinds of schemas and restrictions that the project uses; a new one has no generator yet and throws. */
type Schema =
  | v.StringSchema<undefined>
  | v.NumberSchema<undefined>
  | v.BooleanSchema<undefined>
  | v.LiteralSchema<v.Literal, undefined>
  | v.PicklistSchema<readonly string[], undefined>
  | v.ArraySchema<v.GenericSchema, undefined>
  | v.RecordSchema<v.StringSchema<undefined>, v.GenericSchema, undefined>
  | v.ObjectSchema<v.ObjectEntries, undefined>
  | v.VariantSchema<string, v.VariantOptions<string>, undefined>
  | v.ExactOptionalSchema<v.GenericSchema, undefined>;

interface Restriction {
  readonly type: string;
  readonly requirement?: unknown;
}

/** valibot leaves these keys out of a record: they would change the object's prototype. */
const UNSAFE_KEYS: readonly string[] = ['__proto__', 'prototype', 'constructor'];

const anyTimestamp = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d{3}Z$/, 'Z'));

export function anyValue<S extends v.GenericSchema>(schema: S): fc.Arbitrary<v.InferOutput<S>> {
  const known = new Map(restrictionsOf(schema).map(({ type, requirement }) => [type, requirement]));
  return arbitrary(schema as unknown as Schema, known);
}

/** Returns the restrictions in a pipe, and those in the pipe that it begins with. */
function restrictionsOf(schema: v.GenericSchema): Restriction[] {
  if (!('pipe' in schema)) return [];
  const [inner, ...own] = schema.pipe as [v.GenericSchema, ...Restriction[]];
  return [...restrictionsOf(inner), ...own];
}

function arbitrary(schema: Schema, restrictions: ReadonlyMap<string, unknown>): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return anyString(restrictions);
    case 'number':
      return anyNumber(restrictions);
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constant(schema.literal);
    case 'picklist':
      return fc.constantFrom(...schema.options);
    case 'array':
      return fc.array(anyValue(schema.item), { minLength: restrictions.has('non_empty') ? 1 : 0, maxLength: 5 });
    case 'record':
      return fc.dictionary(
        anyText.filter((key) => !UNSAFE_KEYS.includes(key)),
        anyValue(schema.value),
      );
    case 'object':
      return anyObject(schema.entries);
    case 'variant':
      return fc.oneof(...schema.options.map((option) => anyValue(option)));
    case 'exact_optional':
      return anyValue(schema.wrapped);
  }
}

function anyObject(entries: v.ObjectEntries): fc.Arbitrary<unknown> {
  const members = Object.entries(entries);
  const required = members.filter(([, { type }]) => type !== 'exact_optional');
  return fc.record(Object.fromEntries(members.map(([key, member]) => [key, anyValue(member)])), {
    requiredKeys: required.map(([key]) => key),
  });
}

function anyString(restrictions: ReadonlyMap<string, unknown>): fc.Arbitrary<string> {
  if (restrictions.has('iso_timestamp')) return anyTimestamp;
  const [pattern, limit] = [restrictions.get('regex'), restrictions.get('max_length')];
  if (pattern instanceof RegExp) return fc.stringMatching(pattern);
  return typeof limit === 'number' ? anyText.filter(({ length }) => length <= limit) : anyText;
}

function anyNumber(restrictions: ReadonlyMap<string, unknown>): fc.Arbitrary<number> {
  const max = Number(restrictions.get('max_value') ?? Number.MAX_VALUE);
  if (!restrictions.has('integer')) return fc.double({ min: 0, max, noNaN: true });
  return fc.oneof(fc.nat(), fc.maxSafeNat()).map((value) => Math.min(value, max));
}
