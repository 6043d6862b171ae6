// SPDX-License-Identifier: Apache-2.0
/** Networks with no or partial connectivity between nodes. */
import { expect, test } from '@playwright/test';
import { Networks } from '../../network/networks.ts';
import type { Impairment } from '../../network/switch.ts';
import { pingFrame, pongFrame } from './frames.ts';

const NET = 'ns/net';

/** Returns hosts on two nodes; `took` returns the names of those that received the last frame. */
function hosts(impairment: Partial<Impairment>) {
  const networks = new Networks({ delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1, ...impairment });
  const receivers: string[] = [];
  const host = (name: string, node?: string) => networks.plug(NET, () => receivers.push(name), node);
  const all = {
    a: host('a', 'node-1'),
    b: host('b', 'node-2'),
    near: host('near', 'node-1'),
    outside: host('outside'),
  };
  return { networks, ...all, took: () => receivers.splice(0) };
}

test('without an uplink, broadcast and unicast frames stay on their node', () => {
  const { networks, a, b, near, took } = hosts({ noUplink: true });
  a.send(pingFrame());
  expect(took()).toEqual(['near']);
  b.send(pongFrame());
  expect(took()).toEqual([]);
  // The switch has learned that the address is on another node.
  near.send(pingFrame());
  expect(took()).toEqual([]);
  expect(networks.reports()).toMatchObject([{ received: 3, delivered: 1, cut: 2 }]);
  expect(networks.echoes().map(({ request, reply }) => [request.fate, reply?.fate])).toEqual([
    ['delivered', 'cut'],
    ['cut', undefined],
  ]);
});

test('a mute node receives frames of other nodes, and sends none to them', () => {
  const { a, b, outside, took } = hosts({ muteNode: 'node-2' });
  a.send(pingFrame());
  expect(took().sort()).toEqual(['b', 'near', 'outside']);
  b.send(pongFrame());
  expect(took()).toEqual([]);
  outside.send(pingFrame({ sequence: 2 }));
  expect(took()).toEqual(['b']);
});

test('pings from one node are dropped, its replies pass', () => {
  const { a, b, took } = hosts({ pingsBlockedFrom: 'node-1' });
  a.send(pingFrame());
  expect(took()).toEqual([]);
  b.send(pingFrame({ sequence: 2 }));
  expect(took().sort()).toEqual(['a', 'near', 'outside']);
  a.send(pongFrame({ sequence: 2 }));
  expect(took()).toEqual(['b']);
});

test('nodes share one network by default', () => {
  const { a, took } = hosts({});
  a.send(pingFrame());
  expect(took().sort()).toEqual(['b', 'near', 'outside']);
});
