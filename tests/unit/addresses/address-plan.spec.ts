// SPDX-License-Identifier: Apache-2.0
import { BlockList } from 'node:net';
import { expect, test } from '@playwright/test';
import { planAddresses, randomMac } from '../../../fixtures/addresses/address-plan.ts';
import { parseCidr, renderCidr, sameSubnet } from '../../../fixtures/addresses/cidr.ts';

const NONE = { source: [], target: [] };
const RANGE = new BlockList();
RANGE.addSubnet('198.18.0.0', 15, 'ipv4');
RANGE.addSubnet('fd00::', 8, 'ipv6');

test('each run has its own subnet inside the ranges, and the candidates of the two VMs are disjoint', () => {
  const subnets = new Set<string>();
  for (let run = 0; run < 40; run += 1) {
    const plans = planAddresses({ ipFamilies: ['ipv4', 'ipv6'], fixedAddresses: NONE });
    for (const [index, family] of (['ipv4', 'ipv6'] as const).entries()) {
      const source = plans.source[index]?.candidates ?? [];
      const target = plans.target[index]?.candidates ?? [];
      const all = [...source, ...target];
      expect(all.map((cidr) => cidr.family)).toEqual(all.map(() => family));
      expect(source).toHaveLength(3);
      expect(new Set(all.map(({ address }) => address)).size).toBe(all.length);
      for (const cidr of all) {
        expect(RANGE.check(cidr.address, family)).toBe(true);
        expect(all[0] && sameSubnet(all[0], cidr)).toBe(true);
        expect(parseCidr(renderCidr(cidr))).toEqual(cidr);
        expect(cidr.prefixLength).toBe(family === 'ipv4' ? 29 : 64);
      }
      subnets.add(all[0]?.address ?? '');
    }
  }
  expect(subnets.size).toBeGreaterThan(70);
});

test('a fixed address is the only candidate of its family; the other family is random', () => {
  const cidr = { family: 'ipv4', address: '10.1.0.5', prefixLength: 24 } as const;
  const fixedAddresses = { source: [cidr], target: [{ ...cidr, address: '10.1.0.6' }] };
  const { source, target } = planAddresses({ ipFamilies: ['ipv6', 'ipv4'], fixedAddresses });
  expect(source.map(({ candidates }) => candidates.length)).toEqual([3, 1]);
  expect(target[1]?.candidates.map(renderCidr)).toEqual(['10.1.0.6/24']);
});

test('MACs are locally administered and unicast, and differ', () => {
  const macs = Array.from({ length: 200 }, randomMac);
  for (const mac of macs) expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  expect(new Set(macs).size).toBe(200);
});
