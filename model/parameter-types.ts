// SPDX-License-Identifier: Apache-2.0
/** Types of parameter values: each parses what a user writes and renders the parsed value. */
import * as v from 'valibot';
import { FAILED_PAIRS_LIMIT, type FailedPairsLimit } from './failed-pairs.ts';
import { IP_FAMILIES, type IpFamily } from './ip-family.ts';
import { parseLabelSelector } from './label-selector.ts';
import { EXPECTED, imageReference, namespaceName, objectName } from './names.ts';
import { AMOUNT, WHOLE } from './schema.ts';
import { nanosecondsFromMilliseconds, renderMilliseconds, renderNanoseconds } from './units.ts';

export interface ParameterType<T> {
  /** Returns `undefined` for a text that is not of this type. */
  parse(text: string): T | undefined;
  /** Follows "expected" in messages; the type column of the documentation. */
  readonly expected: string;
  render(value: T): string;
  /** Returns the text for messages, if it may contain a password. */
  readonly redacted?: (text: string) => string;
  /** The resolved value in events and in result.json. */
  readonly schema: v.GenericSchema;
}

/** A number of which 0 means "no limit": it resolves to `undefined`. */
export interface LimitType extends ParameterType<number> {
  readonly noLimit: 0;
}

function text(parse: (text: string) => string | undefined, expected: string): ParameterType<string> {
  return { parse, expected, render: String, schema: v.string() };
}

export const NAMESPACE = text(namespaceName, EXPECTED.namespace);
export const OBJECT = text(objectName, EXPECTED.object);
export const NODE = text(objectName, 'the name of a node (RFC 1123 subdomain)');
export const SECRET = text(objectName, 'the name of a Secret (RFC 1123 subdomain)');
export const IMAGE = text(imageReference, 'a container image reference');

const MAX_URL_LENGTH = 2000;

/** Parses the URL of a server below which paths are appended: credentials are in a Secret, and a query would be lost. */
export const PUSH_URL: ParameterType<string> = {
  parse: (written) => {
    const isPlain = written.length <= MAX_URL_LENGTH && !/[^!-~]|[\\?#]/.test(written);
    const hasHostOnly = /^https?:\/\/[^/@]+(?:\/.*)?$/i.test(written);
    return isPlain && hasHostOnly && URL.canParse(written) ? new URL(written).href.replace(/\/+$/, '') : undefined;
  },
  expected: 'an http or https URL without user, password, query and fragment',
  render: String,
  redacted: (written) => written.replace(/^([a-z]+:\/\/)?[\s\S]*@/i, '$1…@').replace(/[?#][\s\S]*/, '?…'),
  schema: v.string(),
};

/** A list of which the type splits the text only: fixtures/input/ parses each entry, so that a message can name the wrong ones. */
function textList(expected: string): ParameterType<readonly string[]> {
  return {
    parse: (written) => {
      const entries = written.split(/[,\n]/).map((entry) => entry.trim());
      const texts = entries.filter((entry) => entry !== '');
      return texts.length === 0 ? undefined : texts;
    },
    expected: `${expected}, separated by commas or newlines`,
    render: (entries) => entries.join(', '),
    schema: v.array(v.string()),
  };
}

export const NETWORK_LIST = textList('"namespace/name" or "name" of each network');
export const NODE_LIST = textList('names of nodes');
export const SELECTOR = text(
  (written) => (parseLabelSelector(written) === undefined ? undefined : written),
  'a label selector as "kubectl get nodes -l" accepts it',
);

/** @param unit of the number, for messages. @param render of the number times the factor. */
function wholeNumber(
  unit: string,
  [min, max]: readonly [min: number, max: number],
  render: (value: number) => string,
  factor = 1,
): ParameterType<number> {
  return {
    parse: (written) => {
      const number = /^\d{1,7}$/.test(written) ? Number(written) : Number.NaN;
      return number >= min && number <= max ? number * factor : undefined;
    },
    expected: `whole ${unit} from ${min} to ${max}`,
    render,
    schema: WHOLE,
  };
}

/** Parses whole seconds into milliseconds. */
export function wholeSeconds(min: number, max: number): ParameterType<number> {
  return wholeNumber('seconds', [min, max], renderMilliseconds, 1000);
}

export function wholeMilliseconds(min: number, max: number): ParameterType<number> {
  return wholeNumber('milliseconds', [min, max], renderMilliseconds);
}

/** @param what consists of the bytes. */
export function wholeBytes(what: string, min: number, max: number): ParameterType<number> {
  return wholeNumber(`bytes of ${what}`, [min, max], (bytes) => `${bytes} bytes`);
}

/** @param what is counted. */
export function wholeCount(what: string, min: number, max: number): ParameterType<number> {
  return wholeNumber(`number of ${what}`, [min, max], String);
}

export function oneOf<const T extends string>(choices: readonly T[]): ParameterType<T> {
  return {
    parse: (written) => choices.find((choice) => choice === written),
    expected: alternatives(choices),
    render: String,
    schema: v.picklist(choices),
  };
}

function alternatives(choices: readonly string[]): string {
  const all = choices.map((choice) => `"${choice}"`);
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`;
}

export const BOOLEAN: ParameterType<boolean> = {
  parse: (written) => (written === 'true' ? true : written === 'false' ? false : undefined),
  expected: alternatives(['true', 'false']),
  render: String,
  schema: v.boolean(),
};

/** Parses decimal milliseconds into nanoseconds. */
export const LATENCY_LIMIT: LimitType = {
  parse: (written) => {
    const [match, whole = '', fraction = ''] = /^(\d{0,9})(?:\.(\d{0,9}))?$/.exec(written) ?? [];
    if (match === undefined || whole + fraction === '') return undefined;
    const ns = nanosecondsFromMilliseconds(`${whole || '0'}.${fraction || '0'}`);
    // Only zero means no limit; less than a nanosecond is a limit that every measurement exceeds.
    return ns === 0 && /[1-9]/.test(fraction) ? 1 : ns;
  },
  expected: 'decimal milliseconds ≥ 0, 0 for no limit',
  render: renderNanoseconds,
  schema: WHOLE,
  noLimit: 0,
};

export const PERCENTAGE: ParameterType<number> = {
  parse: (written) => {
    const percent = /^(?=\.?\d)\d{0,9}(?:\.\d{0,3})?$/.test(written) ? Number(written) : Number.NaN;
    return percent <= 100 ? percent : undefined;
  },
  expected: 'a decimal percentage from 0 to 100 with at most 3 places',
  render: (percent) => `${percent}%`,
  schema: v.pipe(AMOUNT, v.maxValue(100)),
};

/** Parses a number of pairs, or a percentage of them. */
export const FAILED_PAIRS: ParameterType<FailedPairsLimit> = {
  parse: (written) => {
    const [match, number = '', sign] = /^(\d{1,7}|\d{1,3}\.\d{1,3}(?=%))(%?)$/.exec(written) ?? [];
    if (match === undefined || (sign === '%' && Number(number) > 100)) return undefined;
    return { value: Number(number), unit: sign === '%' ? 'percent' : 'pairs' };
  },
  expected: 'a whole number of pairs, or a percentage of them such as "2%"',
  render: ({ value, unit }) => (unit === 'percent' ? `${value}%` : String(value)),
  schema: FAILED_PAIRS_LIMIT,
};

const FAMILY_LISTS: readonly (readonly IpFamily[])[] = [['ipv4'], ['ipv6'], ['ipv4', 'ipv6'], ['ipv6', 'ipv4']];

export const FAMILY_LIST: ParameterType<readonly IpFamily[]> = {
  parse: (written) => {
    const wanted = parts(written).join();
    return FAMILY_LISTS.find((families) => families.join() === wanted);
  },
  expected: alternatives(FAMILY_LISTS.map((families) => families.join())),
  render: (families) => families.join(', '),
  schema: v.pipe(v.array(v.picklist(IP_FAMILIES)), v.nonEmpty()),
};

/** Only splits the list: fixtures/input/fixed-addresses.ts parses each address, with the same `expected`. */
export const ADDRESS_LIST: ParameterType<readonly string[]> = {
  parse: (written) => {
    const addresses = written === '' ? [] : parts(written);
    return addresses.length <= IP_FAMILIES.length ? addresses : undefined;
  },
  expected: 'a CIDR such as "10.1.0.5/24" or "fd00:1::5/64", or one per IP family, separated by a comma',
  render: (addresses) => addresses.join(', '),
  schema: v.array(v.string()),
};

/** Splits at commas; of a longer list, returns only enough parts to show that it is too long. */
function parts(written: string): string[] {
  return written.split(',', IP_FAMILIES.length + 1).map((part) => part.trim());
}
