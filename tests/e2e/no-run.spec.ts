// SPDX-License-Identifier: Apache-2.0
/** Command lines without a check or without our reporter: nothing is created, written or reported as a success. */
import { expect } from '@playwright/test';
import { configMapData, vmisCreated } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const COMMANDS = [
  { args: ['--list'], status: 0 },
  { args: ['--grep', 'nothing', '--pass-with-no-tests'], status: 0 },
  { args: ['--grep', 'nothing'], status: 1 },
  { args: ['--shard=2/2'], status: 0 },
  { args: ['--reporter=list'], status: 1 },
];

for (const { args, status: wanted } of COMMANDS) {
  test(`playwright test ${args.join(' ')}`, async ({ newLab, checkup }) => {
    const lab = await newLab();
    const before = configMapData(lab);
    const { status, output } = await checkup(lab, { args }).ended;
    expect(status).toBe(wanted);
    expect(output).not.toMatch(/succe/i);
    expect(configMapData(lab)).toEqual(before);
    expect(vmisCreated(lab)).toBe(0);
  });
}
