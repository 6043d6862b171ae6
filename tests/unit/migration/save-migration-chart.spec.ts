// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { analyseSample } from '../../../fixtures/migration/analyse-sample.ts';
import { saveMigrationChart, type MigrationChart } from '../../../fixtures/migration/save-migration-chart.ts';
import { readSvg } from '../charts/read-svg.ts';
import { fakeEndpoints, pathBetween } from '../ping/fake-endpoint.ts';

const OUTPUT = [
  '64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=2.00 ms',
  '64 bytes from 198.18.0.2: icmp_seq=3 ttl=64 time=4.00 ms',
  '3 packets transmitted, 2 received, 33.3333% packet loss, time 40ms',
  'rtt min/avg/max/mdev = 2.001/3.001/4.001/1.000 ms',
].join('\n');

function chart(times: { readonly switchedAtMs?: number }): MigrationChart {
  const { figures, sample, replies } = analyseSample({ output: OUTPUT, intervalMs: 20, tookMs: 100 });
  const migration = {
    fromNode: 'w2',
    toNode: 'w1',
    tool: 'ping from iputils 20221126',
    intervalMs: 20,
    createdAtMs: 10,
    succeededAtMs: 30,
    phases: [],
    ...figures,
    ...times,
  };
  const input = { packetSizeBytes: 56, latencyStatistic: 'max' as const };
  return { path: pathBetween(fakeEndpoints([])), migration, sample, replies, input };
}

async function saved(input: MigrationChart): Promise<{ warning: string | undefined; file: string; svg: string }> {
  let [file, svg] = ['', ''];
  const warning = await saveMigrationChart(input, (name, _type, body) => {
    [file, svg] = [name, body];
    return Promise.resolve();
  });
  return { warning, file, svg };
}

test('saves a chart with the start, the end and the switch of the migration', async () => {
  const { warning, file, svg } = await saved(chart({ switchedAtMs: 20 }));
  expect([warning, file]).toEqual([undefined, 'charts/migration.svg']);
  const elements = readSvg(svg);
  const ofClass = (name: string) => elements.filter(({ attributes }) => attributes['class']?.split(' ').includes(name));
  expect(ofClass('span')).toHaveLength(1);
  expect(ofClass('momentText').map(({ text }) => text)).toEqual(['live migration', 'switch to the new node']);
  // Two ends and the switch.
  expect(ofClass('moment')[0]?.attributes['d']?.match(/M/g)).toHaveLength(3);
  expect(svg).toContain('198.18.0.2 on node w2, then w1');
  expect(svg).toContain(
    'Marked, after the first request: live migration: 0.0s to 0.0s; switch to the new node: at 0.0s.',
  );
});

test('marks no switch if its moment is not known', async () => {
  const { svg } = await saved(chart({}));
  expect(svg).not.toContain('switch to the new node');
});

test('warns when the chart cannot be saved', async () => {
  const warning = await saveMigrationChart(chart({}), () => Promise.reject(new Error('disk full')));
  expect(warning).toBe('there is no chart of the live migration: disk full');
});
