// SPDX-License-Identifier: Apache-2.0
/** Invalid and unexpected input as data: value, source and expected result. */
import {
  camelCaseKey,
  environmentName,
  snakeCase,
  snakeCaseKey,
  type ParameterName,
} from '../../../model/parameters.ts';

export interface HostileInput {
  /** The parameter. */
  parameter: string;
  class: string;
  /** The kind within the class; class and kind are unique for a parameter. */
  what: string;
  value: string;
  environment: Record<string, string | undefined>;
  configMap: Record<string, string | undefined>;
  /** `spec.config` of the NetworkAttachmentDefinition, instead of a parameter. */
  nad?: string;
  /** The error message, or the parsed value. */
  expected: { refused: RegExp } | { accepted: unknown };
}

export interface Options {
  accepted?: unknown;
  /** The error message instead of the parameter's usual one. */
  refused?: RegExp;
  at?: Place;
  /** Overrides the default of the source. */
  environment?: Record<string, string | undefined>;
  configMap?: Record<string, string | undefined>;
}

export type Row = [kind: string, what: string, value: string, options?: Options];
type Place = 'environment' | 'camelCase' | 'snake_case';

export const UID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const MEBIBYTE = 2 ** 20;
const PLACES: Place[] = ['environment', 'camelCase', 'snake_case'];

/** A process environment cannot contain NUL, half a character, or more than 128 KiB in one variable. */
function fitsEnvironment(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed() && value.length < 100_000;
}

export function outcome(options: Options, usual: RegExp): HostileInput['expected'] {
  return 'accepted' in options ? { accepted: options.accepted } : { refused: options.refused ?? usual };
}

export function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Returns inputs of one parameter, in its three sources by turns. @param wanted the expected value in the error message. */
export function parameterInputs(parameter: ParameterName, wanted: string, rows: Row[]): HostileInput[] {
  return rows.map(([kind, what, value, options = {}], index) => {
    const turn = PLACES[index % PLACES.length] ?? 'camelCase';
    const place = options.at ?? (turn === 'environment' && !fitsEnvironment(value) ? 'camelCase' : turn);
    const [env, camel, snake] = [environmentName(parameter), camelCaseKey(parameter), snakeCaseKey(parameter)];
    const key = place === 'environment' ? env : place === 'camelCase' ? parameter : snakeCase(parameter);
    const usual = new RegExp(`^"${key}" parameter is invalid: ".*: expected .*${pattern(wanted)}`);
    return {
      parameter,
      class: kind,
      what,
      value,
      environment: { [env]: place === 'environment' ? value : undefined, ...options.environment },
      configMap: {
        // A one-word name has the same key in both spellings.
        [camel]: undefined,
        [snake]: undefined,
        ...(place === 'environment' ? {} : { [place === 'camelCase' ? camel : snake]: value }),
        ...options.configMap,
      },
      expected: outcome(options, usual),
    };
  });
}
