// SPDX-License-Identifier: Apache-2.0
/** Responses to deletions, dependents, and garbage collection. */
import type { JsonObject } from '../../store/json.ts';
import { CONFIG_MAPS, PODS, TIME, VMIS, configMap, having, refused } from './bodies.ts';
import { contract, type Case, type Exchange } from './case.ts';
import type { Request } from './scene.ts';
import { lonelyVmi, post, vmi } from './vmis.ts';

const ONE = `${VMIS}/{name}`;
const WRONG_UID = '00000000-0000-0000-0000-000000000000';
const HELD = 'kubevirt.io/foregroundDeleteVirtualMachine';
const OWNED = `${CONFIG_MAPS}/{name}-owned`;
const LAUNCHERS: Request = { path: `${PODS}?labelSelector=kubevirt.io%2Fcreated-by%3D{uid}` };

const options = (more: JsonObject) => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more });
const gone = (path: string): Exchange => ({ request: { path }, answer: { status: 404 }, eventually: true });
const ownedBy = (uid: string, name = '{name}') => ({
  name: '{name}-owned',
  ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
});
const ABSENT = ownedBy('11111111-2222-3333-4444-555555555555', 'ghost');

/** A pod without a scheduler. */
const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: '{name}' },
  spec: { schedulerName: 'none', containers: [{ name: 'c', image: 'x' }] },
};
const deletePod: Request = { method: 'DELETE', path: `${PODS}/{name}`, body: options({ gracePeriodSeconds: 0 }) };

/** The response is the object with a deletion timestamp; the object is deleted soon after. */
function deletesVmi(title: string, propagationPolicy: string | undefined, finalizers: string[]): Case {
  return {
    title,
    needs: 'kubevirt',
    given: [vmi()],
    request: {
      method: 'DELETE',
      path: ONE,
      as: 'checkup',
      ...(propagationPolicy !== undefined && { body: options({ propagationPolicy }) }),
    },
    answer: {
      status: 200,
      like: {
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstance',
        metadata: { uid: '{uid}', deletionTimestamp: TIME, deletionGracePeriodSeconds: 0, finalizers },
      },
    },
    then: [gone(ONE)],
  };
}

contract('delete', [
  deletesVmi('110 DELETE of a VMI in the background: 200 with the object, held by its finalizer', 'Background', [HELD]),
  deletesVmi('111 DELETE of a VMI in the foreground: held by one finalizer more', 'Foreground', [
    HELD,
    'foregroundDeletion',
  ]),
  deletesVmi('112 DELETE of a VMI that orphans: held by one finalizer more', 'Orphan', [HELD, 'orphan']),
  deletesVmi('113 DELETE of a VMI without options: as in the background', undefined, [HELD]),
  {
    title: '114 DELETE of a VMI with another uid: 409 with both uids',
    needs: 'kubevirt',
    given: [vmi()],
    request: { method: 'DELETE', path: ONE, body: options({ preconditions: { uid: WRONG_UID } }) },
    answer: refused(
      409,
      'Conflict',
      `Operation cannot be fulfilled on VirtualMachineInstance.kubevirt.io "{name}": the UID in the precondition ` +
        `(${WRONG_UID}) does not match the UID in record ({uid}). The object might have been deleted and then recreated`,
      { name: '{name}', group: 'kubevirt.io', kind: 'VirtualMachineInstance' },
    ),
    then: [{ request: { path: ONE }, answer: { status: 200, like: { metadata: { uid: '{uid}' } } } }],
  },
  {
    title: '11x deleting a VMI deletes its launcher pod',
    needs: 'kubevirt',
    given: [lonelyVmi()],
    request: LAUNCHERS,
    answer: { status: 200, like: { items: [{ metadata: { labels: { 'kubevirt.io': 'virt-launcher' } } }] } },
    eventually: true,
    then: [
      { request: { method: 'DELETE', path: ONE, as: 'checkup' }, answer: { status: 200 } },
      gone(ONE),
      { request: LAUNCHERS, answer: { status: 200, like: { items: [] } }, eventually: true },
    ],
  },
  {
    title: '120 121 an object with a missing owner: created, and soon collected',
    request: { method: 'POST', path: CONFIG_MAPS, body: configMap({}, ABSENT) },
    answer: { status: 201, like: { metadata: { ownerReferences: ABSENT.ownerReferences } } },
    then: [gone(OWNED)],
  },
  {
    title: '120 121 a VMI with a missing owner: created, and soon collected',
    needs: 'kubevirt',
    request: post(vmi(ABSENT)),
    answer: {
      status: 201,
      like: { metadata: { ownerReferences: ABSENT.ownerReferences }, status: { phase: 'Pending' } },
    },
    then: [gone(`${VMIS}/{name}-owned`)],
  },
  {
    title: '122 DELETE of a pod at once: 200 with the object and its deletion timestamp',
    given: [pod],
    request: deletePod,
    answer: {
      status: 200,
      like: {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: '{name}', uid: '{uid}', deletionTimestamp: TIME, deletionGracePeriodSeconds: 0 },
      },
    },
    then: [gone(`${PODS}/{name}`)],
  },
  {
    title: '122 123 the owner is deleted: its dependents are collected',
    given: [pod, configMap({ a: '1' }, { name: '{name}-kept' })],
    before: [{ method: 'POST', path: CONFIG_MAPS, body: configMap({}, ownedBy('{uid}')) }],
    request: deletePod,
    answer: { status: 200 },
    then: [gone(OWNED), { request: { path: `${CONFIG_MAPS}/{name}-kept` }, answer: { status: 200 } }],
  },
  {
    title: '122 123 the owner of a VMI is deleted: the VMI is collected',
    needs: 'kubevirt',
    given: [pod],
    before: [post(vmi(ownedBy('{uid}')))],
    request: deletePod,
    answer: { status: 200 },
    then: [gone(`${VMIS}/{name}-owned`)],
  },
  {
    title: '123 an object with an existing owner remains, with its ownerReference',
    given: [pod],
    before: [
      { method: 'POST', path: CONFIG_MAPS, body: configMap({}, ownedBy('{uid}')) },
      { method: 'POST', path: CONFIG_MAPS, body: configMap({}, { ...ABSENT, name: '{name}-stray' }) },
    ],
    // When the collector has deleted the other object, it has had time to delete this one.
    ...gone(`${CONFIG_MAPS}/{name}-stray`),
    then: [
      {
        request: { path: OWNED },
        answer: {
          status: 200,
          like: {
            metadata: { ownerReferences: having({ apiVersion: 'v1', kind: 'Pod', name: '{name}', uid: '{uid}' }) },
          },
        },
      },
    ],
  },
]);
