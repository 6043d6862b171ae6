// SPDX-License-Identifier: Apache-2.0
/** A running VMI: its status, its launcher pod, the events. */
import { PODS, SOME_TEXT, TIME, VMIS, beginning, having, matching, part, type Answer } from './bodies.ts';
import { meets } from './case.ts';
import { test } from './running-vmi.ts';
import type { Request } from './scene.ts';

test.describe.configure({ timeout: 300_000 });

const EVENTS = '/api/v1/namespaces/{ns}/events';
const VMI = { kind: 'VirtualMachineInstance', namespace: '{ns}', name: '{name}', uid: '{uid}' };
const passed = (phase: string) => ({ phase, phaseTransitionTimestamp: TIME });

const CASES: { title: string; request: Request; answer: Answer }[] = [
  {
    title: '80 the status of a running VMI: its node, and its phase transitions',
    request: { path: `${VMIS}/{name}` },
    answer: {
      status: 200,
      like: {
        metadata: { labels: { 'kubevirt.io/nodeName': SOME_TEXT } },
        status: {
          phase: 'Running',
          nodeName: SOME_TEXT,
          conditions: having(part({ type: 'Ready', status: 'True' })),
          phaseTransitionTimestamps: [passed('Pending'), passed('Scheduling'), passed('Scheduled'), passed('Running')],
        },
      },
    },
  },
  {
    title: '81 its launcher pod: labels, and the VMI as its controller',
    request: { path: `${PODS}?labelSelector=kubevirt.io%3Dvirt-launcher,kubevirt.io%2Fcreated-by%3D{uid}` },
    answer: {
      status: 200,
      like: {
        kind: 'PodList',
        apiVersion: 'v1',
        items: [
          {
            metadata: {
              name: beginning('virt-launcher-{name}-[a-z0-9]{5}$'),
              generateName: 'virt-launcher-{name}-',
              labels: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': '{uid}' },
              annotations: { 'kubevirt.io/domain': '{name}' },
              ownerReferences: [
                {
                  apiVersion: 'kubevirt.io/v1',
                  kind: 'VirtualMachineInstance',
                  name: '{name}',
                  uid: '{uid}',
                  controller: true,
                  blockOwnerDeletion: true,
                },
              ],
            },
          },
        ],
      },
    },
  },
  {
    title: '82 the event of its launcher pod',
    request: { path: `${EVENTS}?fieldSelector=involvedObject.uid%3D{uid}` },
    answer: {
      status: 200,
      like: {
        kind: 'EventList',
        items: having(
          part({
            type: 'Normal',
            reason: 'SuccessfulCreate',
            message: beginning('Created virtual machine pod virt-launcher-{name}-'),
            involvedObject: part({ ...VMI, apiVersion: 'kubevirt.io/v1' }),
            source: part({ component: 'virtualmachine-controller' }),
            firstTimestamp: TIME,
          }),
        ),
      },
    },
  },
  {
    title: '82 the event of the node assigned to its launcher pod',
    request: { path: EVENTS },
    answer: {
      status: 200,
      like: {
        items: having(
          part({
            type: 'Normal',
            reason: 'Scheduled',
            message: matching(/^Successfully assigned \S+\/virt-launcher-\S+ to \S+$/),
            involvedObject: part({ kind: 'Pod', namespace: '{ns}', name: beginning('virt-launcher-{name}-') }),
            reportingComponent: 'default-scheduler',
          }),
        ),
      },
    },
  },
];

for (const { title, request, answer } of CASES) {
  test(title, async ({ requires, running }) => {
    requires('kubevirt');
    const { scene } = await running();
    meets(await scene.send(request), scene.fill(answer));
  });
}
