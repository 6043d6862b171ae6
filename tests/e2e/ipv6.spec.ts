// SPDX-License-Identifier: Apache-2.0
/** A lab that listens on IPv6 only. */
import { expect } from '@playwright/test';
import { vmisLeft } from '../support/cluster-facts.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';

test(
  'kubectl and the checkup reach an API server on [::1]',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ host: '::1' });
    expect(lab.url).toMatch(/^https:\/\/\[::1\]:\d+$/);
    await expect(fetch(lab.url.replace('[::1]', '127.0.0.1'))).rejects.toThrow('fetch failed');
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    expect(await kubectl.ok('get', 'nodes', '-o', 'name')).toBe('node/node-1\nnode/node-2\n');
    const { status, lastLine } = await checkup(lab).ended;
    expect(lastLine).toMatch(/checkup succeeded/);
    expect(status).toBe(0);
    expect(vmisLeft(lab)).toEqual([]);
  },
);
