// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseInput, type CheckupInput } from '../../../fixtures/input/parse-input.ts';
import { Ping } from '../../../fixtures/ping/ping.ts';
import type { CheckupEvent } from '../../../model/events.ts';
import { abortsAt, type CannedReply } from '../guest/fake-shell.ts';
import { fakeEndpoints } from './fake-endpoint.ts';

const TOOL: CannedReply = [/ping -V/, 'ping from iputils 20221126\n'];
const NONE = { output: '15 packets transmitted, 0 received, 100% packet loss, time 3003ms\n', status: 1 };
const closed = (address: string): CannedReply => [new RegExp(` -w 3 ${address} `), NONE];
const open = (address: string): CannedReply => [
  new RegExp(` -w 3 ${address} `),
  `64 bytes from ${address}: icmp_seq=1 ttl=64 time=2.07 ms\n`,
];

/** The route of each guest to the other. */
const ROUTE: CannedReply = [/ route get /, (command) => `${/get (\S+)/.exec(command)?.[1] ?? ''} dev eth0 \n`];

function input(parameters: Readonly<Record<string, string>>): CheckupInput {
  const network = { networkAttachmentDefinitionNamespace: 'ns', networkAttachmentDefinitionName: 'blue' };
  const data: Record<string, string> = { 'spec.timeout': '5m' };
  for (const [key, value] of Object.entries({ ...network, ...parameters })) data[`spec.param.${key}`] = value;
  return parseInput({}, data, false);
}

interface Reached {
  readonly paths: readonly string[];
  readonly error: string;
  readonly events: readonly CheckupEvent[];
  /** The pinged addresses with their sources. */
  readonly pinged: readonly string[];
}

async function reach(
  wanted: CheckupInput,
  source: readonly CannedReply[],
  target: readonly CannedReply[] = [],
): Promise<Reached> {
  const endpoints = fakeEndpoints([TOOL, ROUTE, ...source], [TOOL, ROUTE, ...target]);
  const events: CheckupEvent[] = [];
  const ping = new Ping({
    waiting: abortsAt(/100% packet loss/, 'NoConnectivity'),
    keep: () => Promise.reject(new Error('there is nothing to keep')),
    emit: (event) => {
      events.push(event);
      return Promise.resolve();
    },
  });
  const ended = await ping.reach(endpoints, wanted).then(
    (paths) => ({ paths: paths.map(({ fromAddress, toAddress }) => `${fromAddress} → ${toAddress}`), error: '' }),
    (error: unknown) => ({ paths: [], error: String(error) }),
  );
  const pinged = [endpoints.source, endpoints.target].flatMap(({ shell }) =>
    shell.typed.flatMap((command) => {
      const [, address] = / -w 3 (\S+) /.exec(command) ?? [];
      return address === undefined ? [] : [`${shell.vmi.name}: ${address}`];
    }),
  );
  return { ...ended, events, pinged };
}

const BOTH = input({ ipFamilies: 'ipv4,ipv6' });
const BOTH_WAYS = input({ ipFamilies: 'ipv4,ipv6', bidirectional: 'true' });

test('waits for a first reply on every path, and reports those from source to target only', async () => {
  const { paths, events } = await reach(
    BOTH_WAYS,
    [open('198.18.0.2'), open('fd00::2')],
    [open('198.18.0.1'), open('fd00::1')],
  );
  expect(paths).toEqual([
    '198.18.0.1 → 198.18.0.2',
    '198.18.0.2 → 198.18.0.1',
    'fd00::1 → fd00::2',
    'fd00::2 → fd00::1',
  ]);
  const first = (family: string) => ({
    type: 'first-reply',
    cell: { from: 'source', to: 'target', family },
    afterNs: 2_070_000,
  });
  expect(events).toEqual([first('ipv4'), first('ipv6')]);
});

test('reports the first reply of one family when the other has none', async () => {
  const { error, events, pinged } = await reach(
    BOTH_WAYS,
    [closed('198.18.0.2'), open('fd00::2')],
    [open('198.18.0.1'), open('fd00::1')],
  );
  expect(error).toBe(
    'NoConnectivity: no connectivity - 100% packet loss: failed to wait for a reply from 198.18.0.2 to 198.18.0.1: 15 packets transmitted, 0 received, 100% packet loss, time 3003ms',
  );
  expect(events).toMatchObject([{ type: 'first-reply', cell: { family: 'ipv6' } }]);
  // It does not try target to source in the closed family.
  expect(pinged).toEqual(['source: 198.18.0.2', 'source: fd00::2', 'target: fd00::1']);
});

test('fails with NoConnectivity when only target to source has no reply', async () => {
  const { error, events } = await reach(input({ bidirectional: 'true' }), [open('198.18.0.2')], [closed('198.18.0.1')]);
  expect(error).toMatch(/^NoConnectivity: .* a reply from 198\.18\.0\.1 to 198\.18\.0\.2: /);
  expect(events).toHaveLength(1);
});

test('reports both families in one error when neither has a reply', async () => {
  const { error, events } = await reach(BOTH, [closed('198.18.0.2'), closed('fd00::2')]);
  expect(error).toMatch(
    /^NoConnectivity: .* from 198\.18\.0\.2 to 198\.18\.0\.1: .*, no connectivity .* from fd00::2 to fd00::1: /,
  );
  expect(events).toEqual([]);
});

test('warns when the first reply is not known', async () => {
  const output = '64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=2.07 ms\n';
  const { paths, events } = await reach(input({}), [[/ -w 3 /, { output, repeated: true }]]);
  expect(paths).toHaveLength(1);
  expect(events).toEqual([
    { type: 'warning', message: 'what the first reply took is not known: the console was disturbed meanwhile' },
  ]);
});

test('fails at once when ping does not run', async () => {
  const { error, pinged } = await reach(BOTH, [
    [/ 198\.18\.0\.2 /, { output: 'ping: 100% packet loss of sense\n', status: 2 }],
  ]);
  expect(error).toMatch(/^MeasurementFailed: ping does not run: /);
  expect(pinged).toEqual(['source: 198.18.0.2']);
});
