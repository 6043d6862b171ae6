// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { ApiError } from '../../../fixtures/cluster/api-error.ts';
import { Collector } from '../../../fixtures/evidence/collector.ts';

function collecting(): { collector: Collector; saved: Map<string, string> } {
  const saved = new Map<string, string>();
  const collector = new Collector((file, _type, body) => {
    saved.set(file, body);
    return Promise.resolve();
  });
  return { collector, saved };
}

test('reports an item that cannot be read with the reason, and collects the others', async () => {
  const { collector } = collecting();
  const one = await collector.attempt('one', () => Promise.resolve(1));
  expect(one).toBe(1);
  const refused = new ApiError('forbidden', 403, undefined);
  await collector.attempt('events', () => Promise.reject(refused));
  await collector.attempt('guest', () => Promise.reject(new Error('it is gone '.repeat(100))));
  expect(collector.missing).toEqual([
    'events (not permitted)',
    expect.stringMatching(/^guest \(it is gone .{0,160}…\)$/),
  ]);
});

test('truncates a long item and records its length', async () => {
  const { collector, saved } = collecting();
  await collector.text('big.txt', 'x'.repeat(10 ** 6));
  const body = saved.get('evidence/big.txt') ?? '';
  expect(body.length).toBeLessThan(270_000);
  expect(body).toMatch(/# cut here: 1000000 characters in all\n$/);
});

test('redacts container environments, tokens and managed fields', async () => {
  const { collector, saved } = collecting();
  await collector.yaml('pods.yaml', [
    {
      metadata: {
        name: 'virt-launcher-x',
        managedFields: [{ manager: 'virt-controller' }],
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          note: 'Authorization: Bearer abc.def',
        },
        creationTimestamp: new Date('2026-01-02T03:04:05Z'),
      },
      spec: {
        containers: [
          {
            name: 'compute',
            env: [
              { name: 'PASSWORD', value: 'hunter2' },
              { name: 'B', valueFrom: {} },
            ],
          },
        ],
      },
    },
  ]);
  const text = saved.get('evidence/pods.yaml') ?? '';
  expect(text).not.toMatch(/hunter2|abc\.def/);
  expect(parse(text)).toEqual([
    {
      metadata: {
        name: 'virt-launcher-x',
        annotations: { note: 'Authorization: Bearer …' },
        creationTimestamp: '2026-01-02T03:04:05.000Z',
      },
      spec: {
        containers: [
          {
            name: 'compute',
            env: [
              { name: 'PASSWORD', value: '…' },
              { name: 'B', value: '…' },
            ],
          },
        ],
      },
    },
  ]);
});
