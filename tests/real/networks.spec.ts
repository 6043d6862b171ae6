// SPDX-License-Identifier: Apache-2.0
/** Real guests on different networks: both families, IPAM, addresses in use, a small MTU. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const RANDOM_IPV4 = String.raw`198\.1[89]\.\d+\.\d+/29`;
const RANDOM_IPV6 = String.raw`fd[0-9a-f:]+/64`;

/** Expects latencies in whole nanoseconds, in ascending order. */
function expectLatency(data: Record<string, string>, scope = ''): void {
  const value = (metric: string): number => Number(data[`status.result.${scope}${metric}LatencyNanoSec`]);
  expect(value('min')).toBeGreaterThan(0);
  for (const metric of ['avg', 'p50', 'p90', 'p95', 'p99', 'coldStart'].filter((name) => data[keyOf(scope, name)])) {
    expect(Number.isInteger(value(metric))).toBe(true);
  }
  expect(value('min')).toBeLessThanOrEqual(value('p50'));
  expect(value('p50')).toBeLessThanOrEqual(value('p90'));
  expect(value('p90')).toBeLessThanOrEqual(value('p95'));
  expect(value('p95')).toBeLessThanOrEqual(value('p99'));
  expect(value('p99')).toBeLessThanOrEqual(value('max'));
}

function keyOf(scope: string, metric: string): string {
  return `status.result.${scope}${metric}LatencyNanoSec`;
}

test(
  'IPv6 only: uses random unique local addresses, and no others',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu' });
    const { status, output } = await checkup(lab, { env: { IP_FAMILIES: 'ipv6' } }).ended;
    expect(status, output).toBe(0);
    expect(output).toMatch(new RegExp(`source address +${RANDOM_IPV6}\\n`));
    const data = configMapData(lab);
    expectLatency(data);
    expect(Number(data[keyOf('', 'coldStart')])).toBeGreaterThan(0);
    expect(Object.keys(data).filter((key) => /^status\.result\.(ipv[46]|targetToSource)/.test(key))).toEqual([]);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test(
  'writes four samples with their own keys for both families in both directions',
  { tag: '@real' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu' });
    const env = { IP_FAMILIES: 'ipv6,ipv4', BIDIRECTIONAL: 'true' };
    const { status, output } = await checkup(lab, { env }).ended;
    expect(status, output).toBe(0);
    expect(output).toMatch(new RegExp(`target address +${RANDOM_IPV6}, ${RANDOM_IPV4}\\n`));
    const data = configMapData(lab);
    for (const scope of ['', 'targetToSource.', 'ipv4.', 'ipv4.targetToSource.']) {
      expectLatency(data, scope);
      expect(data[`status.result.${scope}packetsTransmitted`]).toBe('10');
    }
    expect(data['status.result.ipv4.coldStartLatencyNanoSec']).toMatch(/^\d+$/);
    expect(data['status.result.targetToSource.coldStartLatencyNanoSec']).toBeUndefined();
    expect(data['status.result.ipv6.minLatencyNanoSec']).toBeUndefined();
  },
);

test(
  'reads the addresses assigned by the network in the guests, in both families',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu' });
    const env = { NETWORK_ATTACHMENT_DEFINITION_NAME: 'ovn', ADDRESSING: 'dhcp', IP_FAMILIES: 'ipv4,ipv6' };
    const { status, output } = await checkup(lab, { env }).ended;
    expect(status, output).toBe(0);
    expect(output).toMatch(/source address +10\.200\.0\.\d+\/24, fd10:200::[0-9a-f:]+\/64\n/);
    expect(output).not.toContain('warning: network-attachment-definition');
    expectLatency(configMapData(lab));
    expectLatency(configMapData(lab), 'ipv6.');
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test(
  'uses other addresses in both families when the first ones are in use, and detects a path MTU of 1400 bytes',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu', impairment: { mtu: 1400 }, neighbour: { firstAsked: 3 } });
    const { status, output } = await checkup(lab, { env: { IP_FAMILIES: 'ipv4,ipv6', PROBE_MTU: 'true' } }).ended;
    expect(status, output).toBe(0);
    const taken = [...output.matchAll(/warning: (\S+) is taken: (\S+) answers for it; VMI '\S+' takes another/g)];
    expect(taken.length).toBeGreaterThanOrEqual(2);
    const [, source = '', target = ''] = /source address +(.*)\n *target address +(.*)\n/.exec(output) ?? [];
    for (const addresses of [source, target]) {
      expect(addresses, output).toMatch(new RegExp(`^${RANDOM_IPV4}, ${RANDOM_IPV6}$`));
      for (const [, address = ''] of taken) expect(` ${addresses}`).not.toContain(` ${address}/`);
    }
    expect(output).toMatch(/transmitted +10 +10\n +received +10 +10\n/);

    // The interfaces have 1500.
    expect(configMapData(lab)).toMatchObject({
      'status.result.interfaceMtuBytes': '1500',
      'status.result.largestUnfragmentedPayloadBytes': '1372',
      'status.result.pathMtuBytes': '1400',
    });
    expect(output).toMatch(/path MTU +1400 bytes +1400 bytes\n[\s\S]*largest payload +1372 bytes +1352 bytes\n/);
    expect(output).toMatch(
      /warning: packets of more than 1400 bytes do not pass between 198\.\S+ and 198\.\S+, .* MTU of 1500/,
    );
  },
);

test('uses fixed addresses, and fails when one is in use', { tag: ['@real', '@slow'] }, async ({ newLab, checkup }) => {
  const lab = await newLab({ guests: 'qemu', neighbour: { addresses: ['10.77.0.6'] } });
  const env = { SOURCE_ADDRESS: '10.77.0.5/24', TARGET_ADDRESS: '10.77.0.6/24' };
  const { status, lastLine } = await checkup(lab, { env }).ended;
  expect(status).toBe(1);
  expect(lastLine).toMatch(
    /failed: setup: another host on the network already uses 10\.77\.0\.6 - no address for VMI 'latency\/latency-check-target-\S+' \(10\.77\.0\.6 is taken: [0-9a-f:]{17} answers for it\)$/,
  );
  expect(vmisLeft(lab)).toEqual([]);
});
