/** The ConfigMap template contains every parameter with a correct description. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { camelCaseKey, PARAMETER_NAMES, resultRows } from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';

const TEXT = readFileSync(path.join(import.meta.dirname, '../../../manifests/config.yaml'), 'utf8');
/** The parsed examples of the commented lines, by member of the resolved parameters. */
const EXAMPLES = Object.fromEntries(
  resultRows().flatMap(({ member, row }) =>
    row.example === undefined || row.required ? [] : [[member, row.type.parse(row.example)]],
  ),
);

function dataOf(text: string): Record<string, string> {
  return (parse(text) as { data: Record<string, string> }).data;
}

test('the manifest parses unchanged and with every parameter uncommented', () => {
  const all = dataOf(TEXT.replaceAll('# spec.param.', 'spec.param.'));
  const others = ['spec.timeout', 'spec.image', 'spec.clusterRoles'];
  expect(Object.keys(all).sort()).toEqual([...others, ...PARAMETER_NAMES.map(camelCaseKey)].sort());
  for (const value of Object.values(all)) expect(typeof value).toBe('string');
  const usual = parseInput({}, dataOf(TEXT), false);
  expect(parseInput({}, all, false)).toEqual({
    ...usual,
    ...EXAMPLES,
    fixedAddresses: {
      source: [{ family: 'ipv4', address: '10.1.0.5', prefixLength: 24 }],
      target: [{ family: 'ipv4', address: '10.1.0.6', prefixLength: 24 }],
    },
    containerDiskImage: all['spec.param.vmContainerDiskImage'],
    warnings: [expect.stringContaining('has no effect')],
  });
});
