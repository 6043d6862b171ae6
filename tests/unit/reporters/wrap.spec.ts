// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { wrapLine } from '../../../reporters/views/wrap.ts';

const WORDS = 'word '.repeat(20).trim();

for (const [what, line, rows] of [
  [
    'the reason of a stage below itself',
    '  FAILED latency          6.7s  one two three four five six seven eight nine ten',
    ['  FAILED latency          6.7s  one two three four five six', `${' '.repeat(32)}seven eight nine ten`],
  ],
  [
    'the outcome of a network below itself',
    '  -      latency/blue  one two three four five six seven eight nine ten eleven',
    ['  -      latency/blue  one two three four five six seven', `${' '.repeat(23)}eight nine ten eleven`],
  ],
  [
    'a list item below its text',
    '  - one two three four five six seven eight nine ten eleven twelve thirteen',
    ['  - one two three four five six seven eight nine ten eleven', '    twelve thirteen'],
  ],
  [
    'the value of a table below itself',
    "  binding          bridge: the network's CNI configuration has no plugin",
    ["  binding          bridge: the network's CNI configuration", `${' '.repeat(19)}has no plugin`],
  ],
  [
    'other lines with two more spaces',
    '    warning: one two three four five six seven eight nine ten eleven twelve',
    ['    warning: one two three four five six seven eight nine', '      ten eleven twelve'],
  ],
  ['a word that is too long on a row of its own', `x ${'y'.repeat(70)} z`, ['x', `  ${'y'.repeat(70)}`, '  z']],
  [
    'a command so that it can be pasted',
    '  - See all tries: kubectl get events -n NAMESPACE --field-selector reason=FailedCreatePodSandBox',
    [
      '  - See all tries:',
      '    kubectl get events -n NAMESPACE --field-selector \\',
      '      reason=FailedCreatePodSandBox',
    ],
  ],
  [
    'a command with a note as text',
    '  - Look: kubectl describe pod -n latency -l vm.kubevirt.io/name=x (skipTeardown keeps it)',
    ['  - Look: kubectl describe pod -n latency -l', '    vm.kubevirt.io/name=x (skipTeardown keeps it)'],
  ],
] as const) {
  test(`wraps ${what}`, () => {
    expect(wrapLine(line, 60)).toEqual(rows);
  });
}

test('does not wrap the last line of a checkup, or on a terminal that is too narrow', () => {
  const last = `Kubevirt VM latency checkup failed: ${WORDS}`;
  expect(wrapLine(last, 60)).toEqual([last]);
  const narrow = `  FAILED latency          6.7s  ${WORDS}`;
  expect(wrapLine(narrow, 40)).toEqual([narrow]);
});
