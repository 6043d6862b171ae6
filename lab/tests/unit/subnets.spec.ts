// SPDX-License-Identifier: Apache-2.0
/** The subnets that networks assign addresses from, by their CNI configuration. */
import { expect, test } from '@playwright/test';
import { Subnet, subnetsOf } from '../../network/subnets.ts';

const OVN = { type: 'ovn-k8s-cni-overlay', topology: 'layer2' };

const CONFIGS: [string, unknown, string[]][] = [
  ['OVN of both families', { ...OVN, subnets: '10.200.0.0/24,fd10:200::/64' }, ['10.200.0.0/24', 'fd10:200::/64']],
  ['OVN of one family', { ...OVN, subnets: 'fd10:200::/48' }, ['fd10:200::/48']],
  ['OVN without subnets', OVN, []],
  ['a bridge', { type: 'bridge', bridge: 'br1' }, []],
  ['an empty ipam', { type: 'bridge', ipam: {} }, []],
  ['host-local', { type: 'bridge', ipam: { type: 'host-local', subnet: '10.1.0.0/16' } }, ['10.1.0.0/16']],
  [
    'host-local ranges',
    { type: 'bridge', ipam: { type: 'host-local', ranges: [[{ subnet: '10.1.0.0/16' }], [{ subnet: 'fd01::/64' }]] } },
    ['10.1.0.0/16', 'fd01::/64'],
  ],
  ['whereabouts', { plugins: [{ type: 'bridge', ipam: { range: '10.1.2.3/24' } }] }, ['10.1.2.0/24']],
  ['the second plugin', { plugins: [{ type: 'x' }, { type: 'y', ipam: { range: '10.1.2.0/24' } }] }, ['10.1.2.0/24']],
  ['an external DHCP server', { type: 'bridge', ipam: { type: 'dhcp' } }, ['10.201.0.0/24']],
];

for (const [name, config, subnets] of CONFIGS) {
  test(`${name}: ${subnets.join(' and ') || 'nothing'}`, () => {
    const { ipv4, ipv6 } = subnetsOf(JSON.stringify(config)) ?? {};
    const found = [ipv4, ipv6].flatMap((subnet) => (subnet ? [`${subnet.network}/${subnet.prefixLength}`] : []));
    expect(found).toEqual(subnets);
  });
}

test('finds no subnets in an invalid configuration', () => {
  for (const text of ['', '{ "type": ', '[]', 'null', '"x"']) expect(subnetsOf(text)).toBe(undefined);
});

test('returns and recognizes the hosts of a subnet', () => {
  const [four, six] = [new Subnet('10.1.2.0', 23), new Subnet('fd00::', 64)];
  expect([four.host(1), four.host(300), six.host(1)]).toEqual(['10.1.2.1', '10.1.3.44', 'fd00::1']);
  expect(['10.1.3.255', '10.1.4.0'].map((address) => four.contains(address))).toEqual([true, false]);
  expect(['fd00::ff', 'fd00:0:0:1::1'].map((address) => six.contains(address))).toEqual([true, false]);
});
