// SPDX-License-Identifier: Apache-2.0
/** The time limit of a mesh whose nodes are found in the cluster. */
import { expect, test } from '@playwright/test';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { timeProblems } from '../../../fixtures/prerequisites/mesh-nodes.ts';

function input(timeout: string, parameters: Record<string, string> = {}) {
  const given = {
    networkAttachmentDefinitionNamespace: 'ns',
    networkAttachmentDefinitionName: 'blue',
    topology: 'mesh',
    ...parameters,
  };
  const entries = Object.entries(given).map(([name, value]) => [`spec.param.${name}`, value]);
  return parseInput({}, { 'spec.timeout': timeout, ...(Object.fromEntries(entries) as Record<string, string>) }, false);
}

test('a timeout that cannot hold the samples is refused with the time that they need', () => {
  expect(timeProblems(6, input('25s'))).toEqual([
    {
      code: 'InputInvalid',
      what: '"spec.timeout" 25s leaves no room for 5 samples of "sampleDurationSeconds" 5 (6 nodes, 5 rounds): expected more than 25s',
      remedy: 'or measure fewer rounds in a run: "roundsPerRun"',
    },
  ]);
  expect(timeProblems(6, input('26s'))).toEqual([]);
});

test('fewer rounds need less time', () => {
  expect(timeProblems(50, input('1m', { roundsPerRun: '10' }))).toEqual([]);
  expect(timeProblems(50, input('1m'))).toHaveLength(1);
});
