/** The numbers of events and of result.json, and the types that are inferred from schemas. */
import * as v from 'valibot';

/** A whole number ≥ 0: packets, bytes, nanoseconds. */
export const WHOLE = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A finite number ≥ 0. JSON has no infinity, but `JSON.parse('1e999')` returns it. */
export const AMOUNT = v.pipe(v.number(), v.finite(), v.minValue(0));

/** What a schema accepts, as a type whose members and lists are read-only. */
export type Infer<Schema extends v.GenericSchema> = Immutable<v.InferOutput<Schema>>;

type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;
