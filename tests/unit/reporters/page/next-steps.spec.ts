// SPDX-License-Identifier: Apache-2.0
/** The steps of a failure without a diagnosis. */
import { expect, test } from '@playwright/test';
import type { ResultDocument } from '../../../../model/result-document.ts';
import { missingNodeSteps, nextSteps } from '../../../../reporters/views/page/next-steps.ts';
import { pageDocument } from './page-documents.ts';

const CONFIG_MAP = { namespace: 'latency', name: 'config' };

function stepsFor(details: string[]): string[] {
  const failure = { stage: 'input', code: 'InputInvalid', message: details.join(', '), details } as const;
  return nextSteps({ ...pageDocument([]), configMap: CONFIG_MAP }, failure);
}

test('wrong input: names the place where each value was set', () => {
  const variable = '"SOURCE_NODE" parameter is invalid: "Node 1"';
  const key = '"spec.param.sourceNode" parameter is invalid: "Node 1"';
  const variables = 'Correct the environment variables where the checkup is started, for example "env" of the Job';
  const configMap = 'Correct the values in the ConfigMap: kubectl edit configmap -n latency config';
  expect(stepsFor([variable])).toContain(variables);
  expect(stepsFor([variable])).not.toContain(configMap);
  expect(stepsFor([key])).toContain(configMap);
  expect(stepsFor([key])).not.toContain(variables);
  expect(stepsFor([variable, key]).slice(0, 2)).toEqual([variables, configMap]);
});

test('interrupted: shows the events, unless the user pressed Ctrl-C', () => {
  const interruptedBy = (signal: string): ResultDocument => {
    return { ...pageDocument([]), interruptedBy: signal, configMap: CONFIG_MAP };
  };
  expect(nextSteps(interruptedBy('SIGTERM'))[0]).toContain('kubectl get events -n latency');
  expect(nextSteps(interruptedBy('SIGINT'))).toEqual(['Run the checkup again']);
});

test('nodes of a mesh that were not measured: a missing bridge is looked at on its node', () => {
  const missing = (node: string, reason: string): string[] => missingNodeSteps([{ node, reason }]);
  expect(missing('w5', 'bridge "br10" is missing on node "w5"')).toEqual([
    'Look at the bridge on the node:\nkubectl debug node/w5 -it --image=nicolaka/netshoot -- ip link show br10',
    'Create the bridge on the nodes without it, or leave these nodes out (nodes, nodeSelector)',
    'Run the checkup again',
  ]);
  const [first, second] = missing('w5', "failed to wait for VMI 'ns/a' to be running (phase Scheduling)");
  expect(first).toBe('See what the node offers:\nkubectl describe node w5');
  expect(second).toMatch(/^Look at the evidence files/);
  expect(missing('w5', 'bridge "a; reboot" is missing on node "w5"')[0]).not.toContain('reboot');
});
