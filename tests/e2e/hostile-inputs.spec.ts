// SPDX-License-Identifier: Apache-2.0
/**
 * One hostile input of each place and each kind of outcome through the command line, with SIMULATED guests: a clear complaint and
 * nothing created, or a run like any other. tests/unit/input/hostile-inputs.spec.ts has all inputs.
 */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import type { HostileInput } from '../support/hostile/hostile-input.ts';
import { HOSTILE_INPUTS } from '../support/hostile/inputs.ts';

const LIMIT_MS = 60_000;
const NAD = 'hostile';

function give(lab: Lab, { nad, configMap, environment }: HostileInput): Record<string, string | undefined> {
  setConfigMap(lab, configMap);
  if (nad === undefined) return environment;
  lab.createObject({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    spec: { config: nad },
    metadata: { name: NAD, namespace: 'latency' },
  });
  return { ...environment, NETWORK_ATTACHMENT_DEFINITION_NAME: NAD };
}

const TITLES = [
  'networkAttachmentDefinitionNamespace: size: 1 MiB',
  'CONFIGMAP_NAMESPACE: path: another namespace by way of the directory above',
  'NAD spec.config: not JSON: markup, colours and a reading direction',
  'NAD spec.config: unusual but valid: 10,000 deep next to the type',
];
const INPUTS = new Map<string, HostileInput>(
  HOSTILE_INPUTS.map((input) => [`${input.parameter}: ${input.class}: ${input.what}`, input]),
);

for (const title of TITLES) {
  test(title, async ({ newLab, checkup }) => {
    const input = INPUTS.get(title);
    if (input === undefined) throw new Error('no such hostile input');
    const { parameter, expected, nad } = input;
    const lab = await newLab();
    const start = performance.now();
    const { status, lastLine, output } = await checkup(lab, { env: give(lab, input) }).ended;
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
    expect(output).not.toMatch(/^ +at /m);
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(vmisLeft(lab)).toEqual([]);
    if ('accepted' in expected) {
      expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: /);
      expect(status).toBe(0);
      return;
    }
    const [, reason = ''] = /^Kubevirt VM latency checkup failed: (.*)$/.exec(lastLine) ?? [];
    const [, complaint = ''] = nad === undefined ? ['', reason] : reason.split(' does not parse: ');
    expect(complaint).toMatch(expected.refused);
    expect(status).toBe(1);
    expect(vmisCreated(lab)).toBe(0);
    if (parameter.startsWith('CONFIGMAP_')) expect(lab.requests).toEqual([]);
    else expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'false', 'status.failureReason': reason });
  });
}
