// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { eventRecorder } from '../../controllers/event-recorder.ts';
import { EVENTS, PODS } from '../../kinds/kinds.ts';
import { identified } from '../../store/kube-object.ts';
import { Store } from '../../store/store.ts';

const pod = (name: string) => identified({ apiVersion: 'v1', kind: 'Pod' }, { name, namespace: 'ns', uid: name });

test('increases the count of a repeated event', () => {
  const store = new Store();
  const record = eventRecorder(store, 'kubelet');
  for (let i = 0; i < 3; i += 1) record(pod('a'), 'Normal', 'Started', 'Started container');
  expect(store.list(EVENTS)).toMatchObject([{ count: 3, involvedObject: { name: 'a' } }]);
});

test('deletes the oldest of more than a thousand events', () => {
  const store = new Store();
  const record = eventRecorder(store, 'kubelet');
  for (let i = 0; i < 1010; i += 1) record(pod(`pod-${i}`), 'Normal', 'Started', 'Started container');
  const about = store.list(EVENTS).map(({ metadata }) => metadata.name.replace(/\..*/, ''));
  expect(about).toHaveLength(1000);
  expect(about).not.toContain('pod-9');
  expect(about).toContain('pod-10');
  expect(store.list(PODS)).toEqual([]);
});
