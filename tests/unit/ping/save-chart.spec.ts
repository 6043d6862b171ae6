// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { saveChart, type ChartInput } from '../../../fixtures/ping/save-chart.ts';
import { parsePing } from '../../../fixtures/ping/parse-ping.ts';
import { pathBetween, fakeEndpoints } from './fake-endpoint.ts';

const OUTPUT = [
  '64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=2.00 ms',
  '64 bytes from 198.18.0.2: icmp_seq=3 ttl=64 time=4.00 ms',
  '3 packets transmitted, 2 received, 33.3333% packet loss, time 200ms',
  'rtt min/avg/max/mdev = 2.001/3.001/4.001/1.000 ms',
].join('\n');

function sample(): ChartInput {
  const measured = { tool: 'ping from iputils 20221126', intervalMs: 100, packetSizeBytes: 56, durationMs: 300 };
  const { sample: counts, replies } = parsePing(OUTPUT, 100);
  return {
    path: pathBetween(fakeEndpoints([])),
    measurement: { ...counts, ...measured },
    replies,
    limits: { maxLatencyNs: undefined, latencyStatistic: 'max', maxPacketLossPercent: undefined },
  };
}

test('saves the chart of a sample under the name of its route', async () => {
  const saved: string[][] = [];
  const warning = await saveChart(sample(), (...given) => {
    saved.push(given);
    return Promise.resolve();
  });
  expect(warning).toBeUndefined();
  expect(saved).toEqual([['charts/ipv4-sourceToTarget-rtt.svg', 'image/svg+xml', expect.stringMatching(/^<svg /)]]);
  const [[, , svg = ''] = []] = saved;
  expect(svg).toContain('198.18.0.1 → 198.18.0.2');
  expect(svg).toContain('2 answered, 1 lost (33.333%)');
  expect(svg).toContain('min 2.001ms, avg 3.001ms, max 4.001ms');
});

test('warns when a chart cannot be saved', async () => {
  const warning = await saveChart(sample(), () => Promise.reject(new Error('no room')));
  expect(warning).toBe('there is no chart of IPv4, source to target: no room');
});
