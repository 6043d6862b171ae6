// SPDX-License-Identifier: Apache-2.0
/** Impairments of single links, nodes and zones, and of networks by name. */
import { expect, test } from '@playwright/test';
import { Networks } from '../../network/networks.ts';
import { Paths, requireKnown, type PathRules } from '../../network/paths.ts';
import type { Impairment } from '../../network/switch.ts';
import { A, B, pingFrame, pongFrame } from './frames.ts';

const NET = 'ns/net';
const PERFECT: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };
const ZONES: Record<string, string> = { a1: 'a', a2: 'a', b1: 'b', b2: 'b', c1: 'c' };
const CLEAR = { delayMs: 0, lossPercent: 0, cut: false };

function between(rules: PathRules, from: string | undefined, to: string | undefined) {
  return new Paths(rules, (node) => ZONES[node], new Set()).between(from, to);
}

test.describe('rules', () => {
  const slow = { delayMs: 5 };
  const SLOW = { ...CLEAR, delayMs: 5 };
  const ROWS: [title: string, rules: PathRules, slow: string[], clear: string[]][] = [
    ['no rule', {}, [], ['a1 a1', 'a1 b1']],
    ['a link', { links: [{ between: ['a1', 'b1'], ...slow }] }, ['a1 b1', 'b1 a1'], ['a1 b2', 'a1 a1']],
    ['a link one way', { links: [{ between: ['a1', 'b1'], oneWay: true, ...slow }] }, ['a1 b1'], ['b1 a1']],
    ['a node', { nodes: [{ node: 'a1', ...slow }] }, ['a1 b1', 'b1 a1', 'a1 '], ['a1 a1', 'a2 b1']],
    ['a zone', { zones: [{ inside: 'a', ...slow }] }, ['a1 a2', 'a2 a1'], ['a1 b1', 'b1 b2', 'a1 a1']],
    [
      'an uplink',
      { zones: [{ uplink: 'a', ...slow }] },
      ['a1 b1', 'c1 a2', 'a1 ', ' a1'],
      ['a1 a2', 'b1 c1', ' b1', 'a1 a1'],
    ],
    ['two zones', { zones: [{ between: ['a', 'b'], ...slow }] }, ['a1 b2', 'b1 a2'], ['a1 c1', 'a1 a2', 'a1 ']],
  ];
  for (const [title, rules, impaired, clear] of ROWS) {
    test(title, () => {
      const path = (ends: string) => {
        const [from = '', to = ''] = ends.split(' ');
        return between(rules, from || undefined, to || undefined);
      };
      for (const ends of impaired) expect(path(ends), ends).toEqual(SLOW);
      for (const ends of clear) expect(path(ends), ends).toEqual(CLEAR);
    });
  }
});

test('several rules of one path add up', () => {
  const rules: PathRules = {
    links: [{ between: ['a1', 'b1'], delayMs: 1, lossPercent: 50 }],
    nodes: [{ node: 'b1', delayMs: 2, lossPercent: 50 }],
    zones: [{ uplink: 'a', delayMs: 4 }],
  };
  expect(between(rules, 'a1', 'b1')).toEqual({ delayMs: 7, lossPercent: 75, cut: false });
  expect(between({ ...rules, nodes: [{ node: 'a1', cut: true }] }, 'b1', 'a1')).toMatchObject({ cut: true });
});

test('names each unknown node and zone', () => {
  const known = { nodes: ['n1', 'n2'], zones: ['a'] };
  requireKnown({ links: [{ between: ['n1', 'n2'] }], zones: [{ inside: 'a' }], nodes: [{ node: 'n1' }] }, known);
  const wrong: PathRules = { nodes: [{ node: 'n3', cut: true }], zones: [{ between: ['a', 'b'] }], muteNode: 'n3' };
  expect(() => {
    requireKnown(wrong, known);
  }).toThrow('an impairment names node n3, zone b: the nodes are n1, n2, the zones are a');
  expect(() => {
    requireKnown({ zones: [{ inside: 'a' }] }, { nodes: ['n1'], zones: [] });
  }).toThrow('there are no zones');
});

/** Returns hosts on three nodes, the first two of which own the MACs of `frames.ts`. */
function hosts(impairment: Partial<Impairment>) {
  const networks = new Networks({ ...PERFECT, ...impairment }, undefined, undefined, undefined, false, {}, (node) =>
    node === 'n3' ? 'b' : 'a',
  );
  const receivers: string[] = [];
  const host = (name: string) => networks.plug(NET, () => receivers.push(name), name);
  const [a, b, c] = [host('n1'), host('n2'), host('n3')];
  const took = () => receivers.splice(0).sort();
  // The switch learns the MACs of frames.ts: A is on n1, B on n2.
  b.send(pongFrame());
  a.send(pingFrame());
  took();
  return { networks, a, b, c, took };
}

const BROADCAST = Buffer.concat([Buffer.alloc(6, 0xff), Buffer.from('02000000000a', 'hex'), Buffer.alloc(46)]);

test('a broadcast frame is cut on one link, and reaches the other hosts', () => {
  const { networks, a, took } = hosts({});
  networks.impair({ links: [{ between: ['n1', 'n2'], cut: true }] });
  a.send(BROADCAST);
  expect(took()).toEqual(['n3']);
  a.send(pingFrame());
  expect(took()).toEqual([]);
  networks.impair({ links: [] });
  a.send(BROADCAST);
  expect(took()).toEqual(['n2', 'n3']);
});

test('a delay in one direction is in the crossing of that direction only', async () => {
  const { networks, a, b } = hosts({});
  networks.impair({ links: [{ between: ['n1', 'n2'], oneWay: true, delayMs: 20 }] });
  networks.forgetEchoes();
  a.send(pingFrame());
  await expect.poll(() => networks.echoes()[0]?.request.leftNs).toBeDefined();
  b.send(pongFrame());
  const heldMs = ({ arrivedNs, leftNs = 0n }: { arrivedNs: bigint; leftNs?: bigint }) =>
    Number(leftNs - arrivedNs) / 1e6;
  const [{ request, reply } = { request: { arrivedNs: 0n }, reply: undefined }] = networks.echoes();
  expect(heldMs(request)).toBeGreaterThanOrEqual(20);
  expect(reply && heldMs(reply)).toBeLessThan(10);
});

test('a slow link does not delay frames of other links', async () => {
  const { networks, a, took } = hosts({});
  networks.impair({ delayMs: 1, links: [{ between: ['n1', 'n2'], delayMs: 200 }] });
  a.send(BROADCAST);
  await expect.poll(took, { intervals: [5] }).toEqual(['n3']);
  await expect.poll(took).toEqual(['n2']);
});

test('the loss of one direction', () => {
  const { networks, a, b, took } = hosts({});
  networks.impair({ links: [{ between: ['n1', 'n2'], oneWay: true, lossPercent: 100 }] });
  a.send(pingFrame());
  expect(took()).toEqual([]);
  b.send(pongFrame());
  expect(took()).toEqual(['n1']);
  expect(networks.reports()).toMatchObject([{ lost: 1 }]);
});

test('one network of several is slow or cut', () => {
  const networks = new Networks({ ...PERFECT, networks: { 'ns/cut': { cut: true } } });
  const receivers: string[] = [];
  for (const name of ['ns/cut', NET]) {
    networks.plug(name, () => receivers.push(name));
    networks.plug(name, () => undefined).send(pingFrame());
  }
  expect(receivers).toEqual([NET]);
});

test('frames wait only while more pairs than the rule allows ping at the same time', () => {
  const { networks, a, b, took } = hosts({});
  networks.impair({ contention: { pairs: 1, delayMs: 60_000 } });
  a.send(pingFrame());
  // The reply belongs to the same pair.
  b.send(pongFrame());
  expect(took()).toEqual(['n1', 'n2']);
  const other = pingFrame();
  other.writeUInt8(0x0c, 11);
  a.send(other);
  a.send(BROADCAST);
  expect(took()).toEqual([]);
  networks.close();
});

test('a ping is recorded with the nodes of both ends', () => {
  const { networks, a } = hosts({});
  const seen: unknown[] = [];
  const stop = networks.onEcho(({ fromNode, toNode, request }) => seen.push([fromNode, toNode, request.fate]));
  a.send(pingFrame({ sequence: 2 }));
  stop();
  a.send(pingFrame({ sequence: 3 }));
  expect(seen).toEqual([['n1', 'n2', 'delivered']]);
  expect(networks.echoes().at(-1)).toMatchObject({ fromNode: 'n1', toNode: 'n2', sequence: 3 });
});

test('the node of a destination is known at its reply if the switch has not learned it before', () => {
  const networks = new Networks(PERFECT);
  const [a, b] = [A, B].map((mac, i) => networks.plug(NET, () => undefined, `n${i + 1} ${mac}`));
  a?.send(pingFrame());
  expect(networks.echoes()[0]).not.toHaveProperty('toNode');
  b?.send(pongFrame());
  expect(networks.echoes()[0]).toMatchObject({ fromNode: `n1 ${A}`, toNode: `n2 ${B}` });
});
