// SPDX-License-Identifier: Apache-2.0
/** The numbers of events and of result.json, and the types that are inferred from schemas. */
import * as v from 'valibot';

/** A whole number ≥ 0: packets, bytes, nanoseconds. */
export const WHOLE = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A finite number ≥ 0. JSON has no infinity, but `JSON.parse('1e999')` returns it. */
export const AMOUNT = v.pipe(v.number(), v.finite(), v.minValue(0));

export const PERCENT = v.pipe(AMOUNT, v.maxValue(100));

/** Returns the schema with a description for the JSON Schema that is generated from it. */
export function described<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.SchemaWithPipe<readonly [Schema, v.DescriptionAction<v.InferOutput<Schema>, string>]> {
  return v.pipe(schema, v.description(text.replaceAll('`', '')));
}

/** Returns the description of a catalogue's row with its note, in Markdown. */
export function withNote({ description, note }: { readonly description: string; readonly note?: string }): string {
  return note === undefined ? description : `${description} ${note}`;
}

/** The output type of a schema with read-only members and lists. */
export type Infer<Schema extends v.GenericSchema> = Immutable<v.InferOutput<Schema>>;

type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;
