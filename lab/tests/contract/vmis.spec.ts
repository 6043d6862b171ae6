// SPDX-License-Identifier: Apache-2.0
/** Existing VMIs and networks: read, listed and changed. */
import { expect } from '@playwright/test';
import { objectAt, type JsonObject } from '../../store/json.ts';
import { NADS, REVISION, TIME, UUID, VMIS, beginning, having, part, refused } from './bodies.ts';
import { contract, meets } from './case.ts';
import { test } from './contract-test.ts';
import { Scene } from './scene.ts';
import { post, vmi } from './vmis.ts';

const ONE = `${VMIS}/{name}`;
const CONFIG = '{"cniVersion":"0.3.1","name":"blue","type":"bridge","bridge":"br1"}';
const TYPE_ERROR = 'Invalid value: "integer": spec.config in body must be of type string: "integer"';

function nad(config: string | number): JsonObject {
  const kind = { apiVersion: 'k8s.cni.cncf.io/v1', kind: 'NetworkAttachmentDefinition' };
  return { ...kind, metadata: { name: '{name}' }, spec: { config } };
}

contract('vmis', [
  {
    title: '76 GET with the checkup role: 200 with the identity from its creation',
    needs: 'kubevirt',
    given: [vmi()],
    request: { path: ONE, as: 'checkup' },
    answer: {
      status: 200,
      like: {
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstance',
        metadata: { name: '{name}', uid: '{uid}', finalizers: having('kubevirt.io/foregroundDeleteVirtualMachine') },
        spec: { networks: [{ name: 'net0', multus: { networkName: '{ns}/no-such-network' } }] },
      },
    },
  },
  {
    title: '76 a list of VMIs: items with their kind and apiVersion',
    needs: 'kubevirt',
    given: [vmi({ labels: { case: '{name}' } })],
    request: { path: `${VMIS}?labelSelector=case%3D{name}` },
    answer: {
      status: 200,
      like: {
        kind: 'VirtualMachineInstanceList',
        apiVersion: 'kubevirt.io/v1',
        metadata: { resourceVersion: REVISION },
        items: [{ kind: 'VirtualMachineInstance', apiVersion: 'kubevirt.io/v1', metadata: { uid: '{uid}' } }],
      },
    },
  },
  {
    title: '73 POST of a generateName: adds five letters',
    needs: 'kubevirt',
    request: post(vmi({ name: undefined, generateName: '{name}-' }), '?dryRun=All'),
    answer: { status: 201, like: { metadata: { generateName: '{name}-', name: beginning('{name}-[a-z0-9]{5}$') } } },
  },
  {
    title: '124 an ownerReference without a uid: 422',
    needs: 'kubevirt',
    request: post(vmi({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] }), '?dryRun=All'),
    answer: refused(
      422,
      'Invalid',
      'VirtualMachineInstance.kubevirt.io "{name}" is invalid: ' +
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      {
        name: '{name}',
        group: 'kubevirt.io',
        kind: 'VirtualMachineInstance',
        causes: [
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: "": must not be empty',
            field: 'metadata.ownerReferences.uid',
          },
        ],
      },
    ),
  },
  {
    title: '78 POST and GET of a NetworkAttachmentDefinition: the configuration is unchanged',
    needs: 'multus',
    given: [nad(CONFIG)],
    request: { path: `${NADS}/{name}`, as: 'checkup' },
    answer: {
      status: 200,
      body: {
        apiVersion: 'k8s.cni.cncf.io/v1',
        kind: 'NetworkAttachmentDefinition',
        metadata: part({ name: '{name}', namespace: '{ns}', uid: UUID, creationTimestamp: TIME, generation: 1 }),
        spec: { config: CONFIG },
      },
    },
  },
  {
    title: '108 a NetworkAttachmentDefinition that violates its schema: 422',
    needs: 'multus',
    request: { method: 'POST', path: NADS, body: nad(123) },
    answer: refused(
      422,
      'Invalid',
      `NetworkAttachmentDefinition.k8s.cni.cncf.io "{name}" is invalid: spec.config: ${TYPE_ERROR}`,
      {
        name: '{name}',
        group: 'k8s.cni.cncf.io',
        kind: 'NetworkAttachmentDefinition',
        causes: [{ reason: 'FieldValueTypeInvalid', message: TYPE_ERROR, field: 'spec.config' }],
      },
    ),
  },
]);

test('75 PUT of a VMI with another spec: 422 for every account', async ({ stage, requires }) => {
  requires('kubevirt');
  const scene = new Scene(stage, 'vmi-put');
  await scene.set({ given: [vmi()] });
  const message = 'update of VMI object is restricted';
  const webhook = 'admission webhook "virtualmachineinstances-update-validator.kubevirt.io" denied the request';
  const answer = refused(422, 'Invalid', `${webhook}: ${message}`, {
    causes: [{ reason: 'FieldValueNotSupported', message }],
  });
  // Until no controller has changed it between the two requests.
  await expect(async () => {
    const read = objectAt(await scene.succeed({ path: ONE }));
    const body = { ...read, spec: { ...objectAt(read, 'spec'), terminationGracePeriodSeconds: 7 } };
    meets(await scene.send({ method: 'PUT', path: ONE, body }), answer);
  }).toPass({ timeout: 10_000 });
});
