// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { CONFIG_MAPS, VMIS } from '../../kinds/kinds.ts';
import { identified } from '../../store/kube-object.ts';
import type { StoreEvent } from '../../store/history.ts';
import { Store } from '../../store/store.ts';

const configMap = (name: string) => identified({ apiVersion: 'v1', kind: 'ConfigMap' }, { name, namespace: 'ns' });

test('every change gets a higher revision and reaches listeners in order', () => {
  const store = new Store();
  const events: StoreEvent[] = [];
  store.subscribe((event) => events.push(event));
  const created = store.insert(CONFIG_MAPS, configMap('a'));
  const written = store.write(CONFIG_MAPS, { ...created, data: { x: '1' } });
  store.remove(CONFIG_MAPS, written);
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  const revisions = events.map(({ object }) => Number(object.metadata.resourceVersion));
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  expect(new Set(revisions).size).toBe(3);
  expect(store.list(CONFIG_MAPS)).toEqual([]);
});

test('a write without a change does not change the revision', () => {
  const store = new Store();
  const created = store.insert(CONFIG_MAPS, configMap('a'));
  expect(store.write(CONFIG_MAPS, created).metadata.resourceVersion).toBe(created.metadata.resourceVersion);
});

test('objects from the store are immutable', () => {
  const store = new Store();
  const inserted = store.insert(CONFIG_MAPS, configMap('a'));
  expect(() => (inserted.data = { x: 'changed outside' })).toThrow(TypeError);
  expect(() => (inserted.metadata.labels = {})).toThrow(TypeError);
  expect(store.get(CONFIG_MAPS, 'ns', 'a')?.data).toBeUndefined();
});

test('a deleted object remains until its finalizer is removed', () => {
  const store = new Store();
  const document = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance' };
  const vmi = store.insert(VMIS, identified(document, { name: 'a', namespace: 'ns', finalizers: ['held'] }));
  const marked = store.remove(VMIS, vmi);
  expect(marked.metadata.deletionTimestamp).toBeDefined();
  expect(store.get(VMIS, 'ns', 'a')).toBeDefined();
  store.change(VMIS, marked, (current) => (current.metadata.finalizers = []));
  expect(store.get(VMIS, 'ns', 'a')).toBeUndefined();
});

test('does not apply a change to a new object with the same name', () => {
  const store = new Store();
  const first = store.insert(CONFIG_MAPS, configMap('a'));
  store.remove(CONFIG_MAPS, first);
  store.insert(CONFIG_MAPS, configMap('a'));
  store.change(CONFIG_MAPS, first, (current) => (current.data = { x: 'too late' }));
  expect(store.get(CONFIG_MAPS, 'ns', 'a')?.data).toBeUndefined();
});

test('limits the history', () => {
  const store = new Store(2);
  const before = store.revision;
  const revisions = ['a', 'b', 'c'].map((name) =>
    Number(store.insert(CONFIG_MAPS, configMap(name)).metadata.resourceVersion),
  );
  const [first = 0, second = 0] = revisions;
  expect(store.history.since(before)).toBeUndefined();
  expect(store.history.oldest).toBe(first);
  expect(store.history.since(first)).toHaveLength(2);
  expect(store.history.since(second)).toHaveLength(1);
});
