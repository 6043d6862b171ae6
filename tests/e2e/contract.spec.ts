// SPDX-License-Identifier: Apache-2.0
/** `npm run test:contract`: the contract cases against a lab in another process, as against any cluster. */
import { expect } from '@playwright/test';
import { test } from '../support/lab-test.ts';
import { startCheckup } from '../support/checkup-process.ts';

const COMMAND = ['npm', 'run', '--silent', 'test:contract'];

test(
  'the contract runs against the cluster of KUBECONFIG, and removes the objects it creates',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const lab = await newLab();
    const namesOf = (resource: string) => lab.list(resource).map(({ metadata }) => metadata.name);
    const resources = [
      'namespaces',
      'virtualmachineinstances',
      'network-attachment-definitions',
      'roles',
      'rolebindings',
    ];
    const before = resources.map(namesOf);
    const { status, output } = await startCheckup(lab.kubeconfig, testInfo.outputPath('a'), {
      command: COMMAND,
    }).ended;
    expect(status, output).toBe(0);
    expect(Number(/(\d+) passed/.exec(output)?.[1])).toBeGreaterThan(140);
    expect(resources.map(namesOf)).toEqual(before);
  },
);

test(
  'the contract skips the cases that need KubeVirt and Multus when they are absent',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const lab = await newLab({ kubevirt: 'absent', multus: false });
    const { status, output } = await startCheckup(lab.kubeconfig, testInfo.outputPath('a'), {
      command: COMMAND,
    }).ended;
    expect(status, output).toBe(0);
    expect(Number(/(\d+) passed/.exec(output)?.[1])).toBeGreaterThan(70);
    expect(Number(/(\d+) skipped/.exec(output)?.[1])).toBeGreaterThan(60);
  },
);

test('reports a missing kubeconfig on one line', { tag: '@slow' }, async ({}, testInfo) => {
  const { status, lastLine } = await startCheckup('/nowhere', testInfo.outputPath('a'), { command: COMMAND }).ended;
  expect(status).toBe(2);
  expect(lastLine).toMatch(/^No cluster to test by KUBECONFIG=\/nowhere: ENOENT/);
});

test('reports that KUBECONFIG is required', { tag: '@slow' }, async ({}, testInfo) => {
  const env = { KUBECONFIG: undefined };
  const { status, lastLine } = await startCheckup('', testInfo.outputPath('a'), { command: COMMAND, env }).ended;
  expect(status).toBe(2);
  expect(lastLine).toContain('KUBECONFIG must name the kubeconfig of a cluster');
});
