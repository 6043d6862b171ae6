// SPDX-License-Identifier: Apache-2.0
/** The named faults and their documentation. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { DIAGNOSIS_SCENARIOS } from '../../faults/diagnosis-scenarios.ts';
import { MESH_SCENARIOS } from '../../faults/mesh-scenarios.ts';
import { MIGRATION_SCENARIOS } from '../../faults/migration-scenarios.ts';
import type { Scenario } from '../../faults/scenario.ts';
import { ALL_SCENARIOS, optionsOf, parametersOf, SCENARIOS } from '../../faults/scenarios.ts';

const README = path.join(import.meta.dirname, '..', '..', 'README.md');

test('each scenario has a unique name and an effect', () => {
  const names = ALL_SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, options, begin } of ALL_SCENARIOS) expect(options ?? begin, name).toBeDefined();
});

function tableUnder(title: string): string[][] {
  const [, section = ''] = readFileSync(README, 'utf8').split(`\n## ${title}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the lab's README has the same tables", () => {
  const rowOf = ({ name, area, tolerated, description }: Scenario) => [
    `\`${name}\``,
    area,
    tolerated ? 'yes' : 'no',
    description,
  ];
  expect(tableUnder('Faults')).toEqual(SCENARIOS.map(rowOf));
  expect(tableUnder('Misconfigured clusters and networks')).toEqual(DIAGNOSIS_SCENARIOS.map(rowOf));
  expect(tableUnder('Faults of a part of a cluster')).toEqual(MESH_SCENARIOS.map(rowOf));
  expect(tableUnder('Faults of live migrations')).toEqual(MIGRATION_SCENARIOS.map(rowOf));
});

test('combines the lists and quirks of several scenarios', () => {
  const named = (name: string) => SCENARIOS.filter((scenario) => scenario.name === name);
  const chosen = ['login-torn', 'echo-wrapped', 'image-pull', 'vmi-unschedulable', 'delete-hangs'].flatMap(named);
  expect(optionsOf(chosen)).toMatchObject({
    guestQuirks: { tornPrompt: true, wrapAt: 80 },
    unpullableImages: [expect.stringContaining('container-disk')],
    objects: [{ kind: 'NetworkAttachmentDefinition' }],
    holdDeletedVmis: true,
  });
  expect(optionsOf([])).toEqual({});
});

test('combines the impairments of several scenarios', () => {
  const chosen = ALL_SCENARIOS.filter(({ name }) => ['one-way', 'no-uplink'].includes(name));
  expect(optionsOf(chosen)).toEqual({
    objects: [],
    unpullableImages: [],
    impairment: { muteNode: 'node-2', noUplink: true },
  });
});

test('joins the impairment rules of several scenarios', () => {
  const chosen = ALL_SCENARIOS.filter(({ name }) =>
    ['mesh-link-cut', 'mesh-loss-one-way', 'mesh-node-slow'].includes(name),
  );
  expect(optionsOf(chosen).impairment).toEqual({
    delayMs: 1,
    links: [
      { between: ['node-1', 'node-2'], cut: true },
      { between: ['node-1', 'node-2'], oneWay: true, lossPercent: 80 },
    ],
    nodes: [{ node: 'node-6', delayMs: 40 }],
  });
});

test('puts the parameters of all scenarios into the ConfigMap of the lab', () => {
  const chosen = ALL_SCENARIOS.filter(({ name }) => ['mtu', 'dhcp-silent'].includes(name));
  expect(parametersOf(chosen)).toEqual({ packetSizeBytes: '1472', addressing: 'dhcp' });
  const configMaps = (optionsOf(chosen).objects ?? []).filter(({ kind }) => kind === 'ConfigMap');
  expect(configMaps).toEqual([
    expect.objectContaining({
      data: expect.objectContaining({
        'spec.param.packetSizeBytes': '1472',
        'spec.param.addressing': 'dhcp',
        'spec.param.networkAttachmentDefinitionName': 'blue',
      }),
    }),
  ]);
});
