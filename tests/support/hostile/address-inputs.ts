// SPDX-License-Identifier: Apache-2.0
/** The common part of the inputs of both fixed addresses. */
import { environmentName, snakeCase } from '../../../model/parameters.ts';
import { parameterInputs, type HostileInput, type Row } from './hostile-input.ts';

export const SOURCE = 'spec.param.sourceAddress';
export const TARGET = 'spec.param.targetAddress';
const CIDR = 'a CIDR such as "10.1.0.5/24" or "fd00:1::5/64", or one per IP family, separated by a comma';

/** Returns inputs of one of the two addresses, with both IP families and a given other address. */
export function addressInputs(
  parameter: 'sourceAddress' | 'targetAddress',
  other: string,
  rows: Row[],
): HostileInput[] {
  const base = {
    'spec.param.ipFamilies': 'ipv4,ipv6',
    [parameter === 'sourceAddress' ? TARGET : SOURCE]: other,
  };
  return parameterInputs(
    parameter,
    CIDR,
    rows.map(([kind, what, value, options = {}]): Row => [
      ...([kind, what, value] as const),
      { ...options, configMap: { ...base, ...options.configMap } },
    ]),
  );
}

/** Returns the error message of an invalid address. @param expected a pattern. */
export const invalid = (parameter: string, expected: string): { refused: RegExp } => {
  const keys = [parameter, snakeCase(parameter), environmentName(parameter)].join('|');
  return { refused: new RegExp(`^"(${keys})" parameter is invalid: ".*": expected ${expected}$`) };
};
export const v4 = (address: string, prefixLength: number) => ({ family: 'ipv4', address, prefixLength });
export const v6 = (address: string, prefixLength: number) => ({ family: 'ipv6', address, prefixLength });
