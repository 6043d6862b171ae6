// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseNadConfig } from '../../../fixtures/prerequisites/nad-config.ts';
import { suggestNetwork } from '../../../fixtures/prerequisites/network-names.ts';
import { findPluginLimit } from '../../../fixtures/prerequisites/plugin-limits.ts';

test('suggests the most similar network, and lists it first', () => {
  expect(suggestNetwork('br1o', 'latency', ['br20', 'br10', 'storage'])).toBe(
    'did you mean "br10"? namespace "latency" has "br10", "br20", "storage"',
  );
});

test('lists the networks in their order when none is similar', () => {
  expect(suggestNetwork('green', 'latency', ['red', 'blue'])).toBe('namespace "latency" has "blue", "red"');
  expect(suggestNetwork('green', 'latency', [])).toBe('namespace "latency" has no network');
});

test('lists at most eight networks', () => {
  const names = Array.from({ length: 20 }, (_, index) => `net-${String.fromCharCode(97 + index)}`);
  const text = suggestNetwork('zzzzzzzzzz', 'ns', names);
  expect(text).toMatch(/"net-h" and 12 more$/);
});

test('recognizes a primary user-defined network', () => {
  const isPrimary = (config: object): boolean => parseNadConfig(JSON.stringify(config)).isPrimary;
  expect(isPrimary({ type: 'ovn-k8s-cni-overlay', role: 'primary' })).toBe(true);
  expect(isPrimary({ plugins: [{ type: 'ovn-k8s-cni-overlay', role: 'Primary' }] })).toBe(true);
  expect(isPrimary({ type: 'ovn-k8s-cni-overlay', role: 'secondary' })).toBe(false);
  expect(isPrimary({ type: 'ovn-k8s-cni-overlay' })).toBe(false);
  expect(isPrimary({ type: 'bridge', role: 'primary' })).toBe(false);
});

test('finds the plugin of a chain that does not suit VMs', () => {
  expect(findPluginLimit(['macvlan', 'tuning'])?.type).toBe('macvlan');
  expect(findPluginLimit(['bridge', 'toString'])).toBeUndefined();
});
