/** Wrong and odd input as data: what is given where, and what must come of it. */
import {
  camelCaseKey,
  environmentName,
  snakeCase,
  snakeCaseKey,
  type ParameterName,
} from '../../../model/parameters.ts';

export interface HostileInput {
  /** What it is given for. */
  parameter: string;
  class: string;
  /** Its kind, within the class; no two inputs of a parameter share both. */
  what: string;
  value: string;
  environment: Record<string, string | undefined>;
  configMap: Record<string, string | undefined>;
  /** Instead: `spec.config` of the NetworkAttachmentDefinition. */
  nad?: string;
  /** The complaint; or the value as it is understood. */
  expected: { refused: RegExp } | { accepted: unknown };
}

export interface Options {
  accepted?: unknown;
  /** Instead of the parameter's usual complaint. */
  refused?: RegExp;
  at?: Place;
  /** Over what the place gives. */
  environment?: Record<string, string | undefined>;
  configMap?: Record<string, string | undefined>;
}

export type Row = [kind: string, what: string, value: string, options?: Options];
type Place = 'environment' | 'camelCase' | 'snake_case';

export const UID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const MEBIBYTE = 2 ** 20;
const PLACES: Place[] = ['environment', 'camelCase', 'snake_case'];

/** A process's environment holds neither a NUL, nor half a character, nor more than 128 KiB in one variable. */
function fitsEnvironment(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed() && value.length < 100_000;
}

export function outcome(options: Options, usual: RegExp): HostileInput['expected'] {
  return 'accepted' in options ? { accepted: options.accepted } : { refused: options.refused ?? usual };
}

export function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Inputs of one parameter, given in its three places by turns. @param wanted what its complaint expects. */
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
        // A name of one word has one key for both spellings.
        [camel]: undefined,
        [snake]: undefined,
        ...(place === 'environment' ? {} : { [place === 'camelCase' ? camel : snake]: value }),
        ...options.configMap,
      },
      expected: outcome(options, usual),
    };
  });
}
