// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { Collector } from '../../../fixtures/evidence/collector.ts';
import { collectGuests, type Probe } from '../../../fixtures/evidence/guest-evidence.ts';
import type { GuestView } from '../../../fixtures/diagnosis/situation.ts';
import { FakeShell, type CannedReply } from '../guest/fake-shell.ts';

const NEVER = Promise.withResolvers<string>().promise;
const NO_REPLY = { output: '2 packets transmitted, 0 received', status: 1 };

/** A guest that records what it runs in a list that both guests share. */
function guest(name: string, log: string[], probes: readonly Probe[], replies: readonly CannedReply[] = []) {
  const recorded: CannedReply = [
    /./,
    (command) => {
      log.push(`${name}: ${command}`);
      return '';
    },
  ];
  const shell = Object.assign(new FakeShell([...replies, recorded], name), { recoverPrompt: () => Promise.resolve() });
  return { shell, probes };
}

function collected(guests: Parameters<typeof collectGuests>[0]) {
  const saved = new Map<string, string>();
  const collector = new Collector((file, _type, body) => {
    saved.set(file, body);
    return Promise.resolve();
  });
  const views: (GuestView | undefined)[] = [];
  const all = collectGuests(guests, collector).map(async (view, index) => {
    views[index] = await view;
  });
  return { saved, collector, views, all };
}

test('both guests forget the other, then both ping, then both are read', async () => {
  const log: string[] = [];
  const slow = (name: string) => async (): Promise<typeof NO_REPLY> => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    log.push(`${name}: pinged`);
    return NO_REPLY;
  };
  const source = guest(
    'source',
    log,
    [{ family: 'ipv4', address: '198.18.0.2', payloadBytes: 56 }],
    [['LC_ALL=C ping -c 2 -W 1 -s 56 198.18.0.2 2>&1', slow('source')]],
  );
  const target = guest(
    'target',
    log,
    [{ family: 'ipv6', address: 'fd00::1', payloadBytes: 56 }],
    [
      ['ip neigh flush to fd00::1 2>&1', slow('target')],
      ['LC_ALL=C ping -6 -c 2 -W 1 -s 56 fd00::1 2>&1', { output: '2 received' }],
      ['ip neigh 2>&1', 'fd00::1 dev eth0 STALE'],
    ],
  );
  const { all, views, saved } = collected([source, target]);
  await Promise.all(all);
  // The target is slow to forget, the source is slow to ping: the other one waits each time.
  const order = [...log.keys()].filter((at) => /flush|pinged|ip neigh 2/.test(log[at] ?? '')).map((at) => log[at]);
  expect(order).toEqual([
    'source: ip neigh flush to 198.18.0.2 2>&1',
    'target: pinged',
    'source: pinged',
    'source: ip neigh 2>&1',
  ]);
  expect(log.indexOf('target: ip addr 2>&1')).toBeGreaterThan(log.indexOf('source: pinged'));
  expect(views[0]?.probes).toEqual([{ address: '198.18.0.2', payloadBytes: 56, answered: false }]);
  expect(views[1]).toMatchObject({
    neighbours: 'fd00::1 dev eth0 STALE',
    probes: [{ address: 'fd00::1', payloadBytes: 56, answered: true }],
  });
  expect(saved.get('evidence/target-guest.txt')).toContain('# ip neigh 2>&1\nfd00::1 dev eth0 STALE\n');
});

test('a guest that needs longer than the other one waits completes its pings before it is read', async () => {
  const log: string[] = [];
  const probes = [56, 1472].map((payloadBytes) => ({ family: 'ipv4' as const, address: '198.18.0.2', payloadBytes }));
  const slow = async (command: string): Promise<typeof NO_REPLY> => {
    await new Promise((resolve) => setTimeout(resolve, 1400));
    log.push(`source: ${command}`);
    return NO_REPLY;
  };
  const { all, views } = collected([guest('source', log, probes, [[/ping/, slow]]), guest('target', log, [])]);
  await Promise.all(all);
  expect(views[0]?.probes.map(({ payloadBytes }) => payloadBytes)).toEqual([56, 1472]);
  expect(log.filter((line) => /^source: .*(ping|ip neigh 2)/.test(line)).at(-1)).toBe('source: ip neigh 2>&1');
});

test('a guest that does not reply delays the other one by a few seconds only', async () => {
  const log: string[] = [];
  const probes = [{ family: 'ipv4' as const, address: '198.18.0.2', payloadBytes: 56 }];
  const hanging = guest('hanging', log, probes, [[/./, () => NEVER]]);
  const { all, views } = collected([guest('source', log, probes), hanging]);
  await all[0];
  expect(views[0]?.vmi.name).toBe('source');
  expect(views[1]).toBeUndefined();
});

test('a guest that fails is named once, and its output so far is saved', async () => {
  const log: string[] = [];
  const broken = guest('broken', log, [], [[/^ip route/, () => Promise.reject(new Error('the console is silent'))]]);
  const { all, views, collector, saved } = collected([broken, guest('source', log, [])]);
  await Promise.all(all);
  expect(views.map((view) => view?.vmi.name)).toEqual([undefined, 'source']);
  expect(collector.missing).toEqual(['guest of broken (the console is silent)']);
  expect(saved.get('evidence/broken-guest.txt')).toContain('# ip addr');
});
