// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { nodeState } from '../../../fixtures/cluster/objects.ts';
import { withNetworkFact } from '../../../fixtures/diagnosis/network-fact.ts';
import { EMPTY_SITUATION, type Situation } from '../../../fixtures/diagnosis/situation.ts';
import type { Clue } from '../../../model/clues.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';

const vmi = { namespace: 'ns', name: 'a' };
const WAITING: Clue = { kind: 'vmi', vmi, conditions: [] };
const SILENT: Clue = {
  kind: 'no-reply',
  path: { family: 'ipv4', from: vmi, to: vmi, fromAddress: '198.18.0.1', toAddress: '198.18.0.2' },
};
const NETWORK = { namespace: 'ns', name: 'blue' };

function diagnosis(id: Diagnosis['id']): Diagnosis {
  return { id, summary: 'nothing passes', meaning: 'It is so.', evidence: ['seen'], next: ['look'] };
}

function typed(...plugins: string[]): Situation {
  return { ...EMPTY_SITUATION, network: NETWORK, plugins };
}

for (const [type, limit] of [
  ['macvlan', 'drops frames to the MAC address of a VM'],
  ['ipvlan', 'cannot be connected to a VM'],
  ['host-device', 'has one device of each node for one VM'],
] as const) {
  test(`names ${type} first when a network does not work`, () => {
    const found = withNetworkFact(diagnosis('replies-lost'), SILENT, typed(type, 'tuning'));
    expect(found?.id).toBe('network-type');
    expect(found?.summary.startsWith(`ns/blue is of type "${type}", which ${limit}`), found?.summary).toBe(true);
    expect(found?.summary).toMatch(/; nothing passes$/);
    expect(found?.evidence).toEqual([`NetworkAttachmentDefinition ns/blue: plugin of type "${type}"`, 'seen']);
    expect(found?.next[0]).toContain('use a Linux bridge');
    expect(withNetworkFact(undefined, WAITING, typed(type))?.id).toBe('network-type');
  });
}

test('does not name the type of the network when the cause is another one', () => {
  const pulled = diagnosis('image-not-pulled');
  expect(withNetworkFact(pulled, WAITING, typed('macvlan'))).toBe(pulled);
  expect(withNetworkFact(undefined, SILENT, typed('macvlan'))).toBeUndefined();
  const silent = diagnosis('no-uplink');
  expect(withNetworkFact(silent, SILENT, typed('bridge', 'tuning'))).toBe(silent);
});

test('names a bridge that no node offers first, if the annotation of the network names it', () => {
  const offering = (allocatable: object) => [nodeState({ metadata: { name: 'n' }, status: { allocatable } })];
  const resource = 'bridge.network.kubevirt.io/br10';
  const situation: Situation = {
    ...typed('bridge'),
    bridge: { name: 'br10', lackedBy: [] },
    networkResource: resource,
    nodeStates: offering({}),
  };
  const silent = diagnosis('no-uplink');
  const found = withNetworkFact(silent, SILENT, situation);
  expect([found?.id, found?.summary]).toEqual([
    'bridge-missing',
    'no node offers bridge "br10" of ns/blue; nothing passes',
  ]);
  expect(withNetworkFact(silent, SILENT, { ...situation, nodeStates: offering({ [resource]: '1k' }) })).toBe(silent);
  expect(withNetworkFact(silent, SILENT, { ...situation, networkResource: undefined })).toBe(silent);
  expect(withNetworkFact(silent, SILENT, { ...situation, nodeStates: [] })).toBe(silent);
});
