// SPDX-License-Identifier: Apache-2.0
/** The ConfigMap template contains every parameter with a correct description. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { camelCaseKey, PARAMETER_NAMES, resultRows, type ParameterName } from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';

const TEXT = readFileSync(path.join(import.meta.dirname, '../../../manifests/config.yaml'), 'utf8');
/** The parsed examples of the commented lines, by member of the resolved parameters. */
const EXAMPLES = Object.fromEntries(
  resultRows().flatMap(({ member, row }) =>
    row.example === undefined || row.required || ['nodes', 'nodeSelector'].includes(member)
      ? []
      : [[member, row.type.parse(row.example)]],
  ),
);

function dataOf(text: string): Record<string, string> {
  return (parse(text) as { data: Record<string, string> }).data;
}

test('the manifest parses unchanged and with every parameter uncommented', () => {
  const everything = dataOf(TEXT.replaceAll('# spec.param.', 'spec.param.'));
  const others = ['spec.timeout', 'spec.image', 'spec.clusterRoles'];
  expect(Object.keys(everything).sort()).toEqual([...others, ...PARAMETER_NAMES.map(camelCaseKey)].sort());
  for (const value of Object.values(everything)) expect(typeof value).toBe('string');
  const all = without(everything, ['networkAttachmentDefinitions', 'nodes', 'nodeSelector']);
  const usual = parseInput({}, dataOf(TEXT), false);
  expect(parseInput({}, all, false)).toEqual({
    ...usual,
    ...EXAMPLES,
    fixedAddresses: {
      source: [{ family: 'ipv4', address: '10.1.0.5', prefixLength: 24 }],
      target: [{ family: 'ipv4', address: '10.1.0.6', prefixLength: 24 }],
    },
    containerDiskImage: all['spec.param.vmContainerDiskImage'],
    containerDiskPullSecret: all['spec.param.vmContainerDiskImagePullSecret'],
    warnings: ['latencyStatistic', 'maxVms', 'roundsPerRun', 'retestWorstPairs', 'maxFailedPairs'].map(
      (name): unknown => expect.stringMatching(`^"${name}" .* has no effect: `),
    ),
  });
});

test('the manifest parses with every parameter of a mesh and the list of networks', () => {
  const everything = dataOf(TEXT.replaceAll('# spec.param.', 'spec.param.'));
  const pairOnly = [
    'sourceNode',
    'targetNode',
    'sourceAddress',
    'targetAddress',
    'liveMigration',
    'maxMigrationGapMilliseconds',
  ] as const;
  const one = ['networkAttachmentDefinitionNamespace', 'networkAttachmentDefinitionName'] as const;
  const all = without(everything, [...pairOnly, ...one, 'nodeSelector']);
  expect(parseInput({}, { ...all, 'spec.param.topology': 'mesh' }, false)).toMatchObject({
    topology: 'mesh',
    networks: [
      { namespace: 'latency', name: 'blue' },
      { namespace: 'latency', name: 'red' },
    ],
    nodes: ['node-1', 'node-2', 'node-3'],
  });
});

function without(data: Record<string, string>, names: readonly ParameterName[]): Record<string, string> {
  const keys = names.map(camelCaseKey);
  return Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));
}
