// SPDX-License-Identifier: Apache-2.0
/** The networks' records of pings. */
import { expect, test } from '@playwright/test';
import { EchoLedger, type Crossing } from '../../network/echo-ledger.ts';
import { Networks } from '../../network/networks.ts';
import type { Impairment } from '../../network/switch.ts';
import { encodePacket } from '../../packets/packet.ts';
import { replyTo } from '../../packets/echo.ts';
import { decodePacket } from '../../packets/packet.ts';
import { A, B, pingFrame, pongFrame } from './frames.ts';

const NET = 'ns/net';
const CLEAN: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };
const SILENT = () => undefined;

/** Two NICs; the second answers each ping at once. */
function twoHosts(impairment: Partial<Impairment> = {}) {
  const networks = new Networks({ ...CLEAN, ...impairment });
  const near = networks.plug(NET, SILENT);
  const far = networks.plug(NET, (frame) => {
    const packet = decodePacket(frame);
    if (packet?.type === 'echo' && packet.request) far.send(encodePacket(replyTo(packet, B)));
  });
  return { networks, near };
}

function crossing(arrivedNs: bigint): Crossing {
  return { arrivedNs, fate: 'delivered' };
}

test('records a request and its reply, each with arrival and departure', () => {
  const { networks, near } = twoHosts();
  const before = process.hrtime.bigint();
  near.send(pingFrame({ id: 7, sequence: 3 }));
  const after = process.hrtime.bigint();
  const [exchange, ...more] = networks.echoes();
  expect(more).toEqual([]);
  expect(exchange).toMatchObject({ network: NET, source: '10.0.0.1', destination: '10.0.0.2', id: 7, sequence: 3 });
  const { request, reply } = exchange ?? {};
  const moments = [before, request?.arrivedNs, request?.leftNs, reply?.arrivedNs, reply?.leftNs, after];
  expect(moments).not.toContain(undefined);
  // A host that answers during the hand-over got the request before its answer came.
  expect(moments).toEqual([...moments].sort((a, b) => Number((a ?? 0n) - (b ?? 0n))));
});

test('the delay of a network is between arrival and departure', async () => {
  const { networks, near } = twoHosts({ delayMs: 5 });
  near.send(pingFrame());
  expect(networks.echoes()[0]?.request).not.toHaveProperty('leftNs');
  await expect.poll(() => networks.echoes()[0]?.reply?.leftNs).toBeDefined();
  const { request, reply } = networks.echoes()[0] ?? {};
  for (const { arrivedNs, leftNs = 0n } of [request ?? crossing(1n), reply ?? crossing(1n)]) {
    expect(Number(leftNs - arrivedNs)).toBeGreaterThanOrEqual(5_000_000);
  }
});

test('records IPv4 and IPv6 echoes, and no other packets', () => {
  const { networks, near } = twoHosts();
  near.send(
    encodePacket({
      type: 'echo',
      family: 6,
      request: true,
      fromMac: A,
      toMac: B,
      source: 'fd00::1',
      destination: 'fd00::2',
      id: 1,
      sequence: 1,
      payload: Buffer.alloc(0),
    }),
  );
  near.send(
    encodePacket({
      type: 'arp',
      request: true,
      fromMac: A,
      toMac: B,
      senderMac: A,
      sender: '10.0.0.1',
      targetMac: B,
      target: '10.0.0.2',
    }),
  );
  expect(networks.echoes()).toMatchObject([{ destination: 'fd00::2', reply: { fate: 'delivered' } }]);
});

const FATES: [string, Partial<Impairment>, object][] = [
  ['cut', { cut: true }, { fate: 'cut' }],
  ['lost', { lossPercent: 100 }, { fate: 'lost' }],
  ['tooLong', { mtu: 83 }, { fate: 'tooLong' }],
];

for (const [fate, impairment, noted] of FATES) {
  test(`a request that is ${fate} has neither departure nor reply`, () => {
    const { networks, near } = twoHosts(impairment);
    near.send(pingFrame());
    expect(networks.echoes()[0]).toMatchObject({ request: noted });
    expect(networks.echoes()[0]?.request).not.toHaveProperty('leftNs');
    expect(networks.echoes()[0]).not.toHaveProperty('reply');
  });
}

test('impairs current and later networks from the next frame on', () => {
  const { networks, near } = twoHosts();
  near.send(pingFrame({ sequence: 1 }));
  networks.impair({ cut: true });
  near.send(pingFrame({ sequence: 2 }));
  networks.plug('ns/other', SILENT).send(pingFrame({ sequence: 3 }));
  networks.impair({ cut: false });
  near.send(pingFrame({ sequence: 4 }));
  expect(networks.echoes().map(({ request }) => request.fate)).toEqual(['delivered', 'cut', 'cut', 'delivered']);
});

test('a new seed restarts the same random sequence', () => {
  const { networks, near } = twoHosts({ lossPercent: 50 });
  const round = () => {
    networks.forgetEchoes();
    for (let sequence = 0; sequence < 100; sequence += 1) near.send(pingFrame({ sequence }));
    return networks.echoes().map(({ request }) => request.fate);
  };
  const first = round();
  expect(round()).not.toEqual(first);
  networks.impair({ seed: 1 });
  expect(round()).toEqual(first);
});

test('removes an MTU limit', () => {
  const { networks, near } = twoHosts({ mtu: 83 });
  networks.impair({ mtu: undefined });
  near.send(pingFrame());
  expect(networks.echoes()[0]?.reply?.fate).toBe('delivered');
});

test('records a repeated sequence number as another exchange', () => {
  const ledger = new EchoLedger();
  ledger.record(NET, pingFrame({ sequence: 5 }), crossing(1n));
  ledger.record(NET, pingFrame({ sequence: 5 }), crossing(2n));
  ledger.record(NET, pongFrame({ sequence: 5 }), crossing(3n));
  expect(ledger.exchanges().map(({ reply }) => reply?.arrivedNs)).toEqual([undefined, 3n]);
});

test('records the first delivered reply, and no reply without a request', () => {
  const ledger = new EchoLedger();
  ledger.record(NET, pongFrame({ sequence: 9 }), crossing(1n));
  ledger.record(NET, pingFrame(), crossing(2n));
  ledger.record(NET, pongFrame(), { arrivedNs: 3n, fate: 'lost' });
  ledger.record(NET, pongFrame(), crossing(4n));
  ledger.record(NET, pongFrame(), crossing(5n));
  expect(ledger.exchanges()).toMatchObject([{ reply: { arrivedNs: 4n } }]);
});

test('records the same ping in two networks as two exchanges', () => {
  const ledger = new EchoLedger();
  ledger.record('ns/a', pingFrame(), crossing(1n));
  ledger.record('ns/b', pingFrame(), crossing(2n));
  ledger.record('ns/a', pongFrame(), crossing(3n));
  expect(ledger.exchanges().map(({ network, reply }) => [network, reply?.arrivedNs])).toEqual([
    ['ns/a', 3n],
    ['ns/b', undefined],
  ]);
});

test('retains the most recent exchanges up to its limit', () => {
  const ledger = new EchoLedger(10);
  for (let sequence = 0; sequence < 35; sequence += 1) ledger.record(NET, pingFrame({ sequence }), crossing(1n));
  expect(ledger.exchanges().map(({ sequence }) => sequence)).toEqual([25, 26, 27, 28, 29, 30, 31, 32, 33, 34]);
  ledger.record(NET, pongFrame({ sequence: 34 }), crossing(2n));
  expect(ledger.exchanges().at(-1)?.reply?.arrivedNs).toBe(2n);
});
