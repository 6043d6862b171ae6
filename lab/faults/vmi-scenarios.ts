// SPDX-License-Identifier: Apache-2.0
import { migrateVmi } from './live-migration.ts';
import { afterRequest, later, onConsole, vmiOf } from './triggers.ts';
import { ANY_CONTAINER_DISK } from '../nodes/image-pull.ts';
import type { Lab } from '../cluster/interface.ts';
import type { Scenario } from './scenario.ts';

/** Faults of VMIs. */
export const VMI_SCENARIOS: readonly Scenario[] = [
  {
    name: 'vmi-failed',
    description: 'the first guest whose console is used crashes',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(lab, onConsole, (request) => {
        lab.failVmi(vmiOf(request).name);
      });
    },
  },
  {
    name: 'vmi-deleted',
    description: 'another client deletes the first VMI whose console is used',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(lab, onConsole, (request) => {
        const { namespace, name } = vmiOf(request);
        lab.deleteObject('virtualmachineinstances', namespace, name);
      });
    },
  },
  {
    name: 'vmi-evicted',
    description: 'the launcher pod of the first VMI whose console is used is evicted',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(lab, onConsole, (request) => {
        lab.evictVmi(vmiOf(request).name);
      });
    },
  },
  {
    name: 'vmi-replaced',
    description: 'another client deletes the first VMI whose console is used, and creates another one of that name',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(lab, onConsole, (request) => {
        replaceVmi(lab, vmiOf(request));
      });
    },
  },
  {
    name: 'vmi-migrated',
    description:
      'another client migrates the first VMI whose console is used, 4 s later; SIMULATED: the VMIs lose their placement rules',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(
        lab,
        onConsole,
        (request) => {
          migrateVmi(lab, vmiOf(request));
        },
        4000,
      );
    },
  },
  {
    name: 'vmi-unschedulable',
    description: 'no node has the bridge that network blue names, and launcher pods request it',
    area: 'vmi',
    tolerated: false,
    options: {
      requestsNetworkResources: true,
      objects: [
        {
          apiVersion: 'k8s.cni.cncf.io/v1',
          kind: 'NetworkAttachmentDefinition',
          metadata: {
            name: 'blue',
            namespace: 'latency',
            annotations: { 'k8s.v1.cni.cncf.io/resourceName': 'bridge.network.kubevirt.io/br10' },
          },
          spec: { config: '{"cniVersion":"0.3.1","name":"blue","type":"bridge","bridge":"br10"}' },
        },
      ],
    },
  },
  {
    name: 'kubevirt-unavailable',
    description: 'KubeVirt is deployed with Available=False: one virt-handler is not Ready',
    area: 'vmi',
    tolerated: true,
    options: { kubevirt: 'unavailable' },
  },
  {
    name: 'image-pull',
    description: "no node can pull the guests' image",
    area: 'vmi',
    tolerated: false,
    options: { unpullableImages: [ANY_CONTAINER_DISK] },
  },
  {
    name: 'delete-hangs',
    description: 'deleted VMIs remain, because of a foreign finalizer',
    area: 'vmi',
    tolerated: false,
    options: { holdDeletedVmis: true },
  },
];

const LOOK_MS = 50;

function replaceVmi(lab: Lab, { namespace, name }: { namespace: string; name: string }): void {
  const vmi = lab.get('virtualmachineinstances', namespace, name);
  if (vmi === undefined) return;
  const { apiVersion, kind, spec } = vmi;
  lab.deleteObject('virtualmachineinstances', namespace, name);
  const create = (): void => {
    if (lab.get('virtualmachineinstances', namespace, name) !== undefined) later(lab, LOOK_MS, create);
    else lab.createObject({ apiVersion, kind, spec, metadata: { namespace, name } });
  };
  later(lab, LOOK_MS, create);
}
