/** Neighbour tables as iproute2 (ip/ipneigh.c) and BusyBox print them. */
import { expect, test } from '@playwright/test';
import { diagnoseLostSample, diagnoseNoReply, parseNeighbour } from '../../../fixtures/diagnosis/no-reply.ts';
import { EMPTY_SITUATION, type GuestView, type Situation } from '../../../fixtures/diagnosis/situation.ts';

const from = { namespace: 'ns', name: 'source' };
const to = { namespace: 'ns', name: 'target' };
const path = { family: 'ipv4' as const, from, to, fromAddress: '198.18.0.1', toAddress: '198.18.0.2' };

function situation(neighbours: string, nodes: [string, string], change: Partial<GuestView> = {}): Situation {
  const view = { vmi: from, neighbours, interfaces: '', probes: [], ...change };
  const other = { vmi: to, neighbours: '', interfaces: '', probes: [] };
  return {
    ...EMPTY_SITUATION,
    placed: new Map([
      ['source', nodes[0]],
      ['target', nodes[1]],
    ]),
    guests: [view, other],
  };
}

test('matches a neighbour entry by the whole address', () => {
  const table = '198.18.0.20 dev eth0 lladdr 02:00:00:00:00:20 REACHABLE\n198.18.0.2 dev eth0  FAILED\n';
  expect(parseNeighbour(table, '198.18.0.2')).toMatchObject({ state: 'FAILED' });
  expect(parseNeighbour(table, '198.18.0.2')?.mac).toBeUndefined();
  expect(parseNeighbour(table, '198.18.0.20')).toMatchObject({ state: 'REACHABLE', mac: '02:00:00:00:00:20' });
  expect(parseNeighbour(table, '198.18.0')).toBeUndefined();
  const busybox =
    'fd00::2 dev eth0 lladdr 02:00:00:00:00:02 used 0/0/0 probes 1 STALE\n198.18.0.2 dev eth0  used 0/0/0 probes 6 INCOMPLETE';
  expect(parseNeighbour(busybox, 'fd00::2')).toMatchObject({ state: 'STALE', mac: '02:00:00:00:00:02' });
  expect(parseNeighbour(busybox, '198.18.0.2')).toMatchObject({ state: 'INCOMPLETE' });
});

test('diagnoses unanswered ARP as no-uplink between nodes and neighbour-silent on one node', () => {
  const between = diagnoseNoReply(path, situation('198.18.0.2 dev eth0  FAILED', ['a', 'b']));
  expect(between).toMatchObject({
    id: 'no-uplink',
    summary: expect.stringContaining('between nodes "a" and "b"'),
  });
  expect(between?.next[0]).toContain('sourceNode and targetNode both "a"');
  expect(diagnoseNoReply(path, situation('', ['a', 'b']))?.id).toBe('no-uplink');
  expect(diagnoseNoReply(path, situation('198.18.0.2 dev eth0  FAILED', ['a', 'a']))?.id).toBe('neighbour-silent');
});

test('diagnoses bridge-missing when a node lacks the bridge, and otherwise asks for a check of the bridge', () => {
  const seen = situation('198.18.0.2 dev eth0  FAILED', ['a', 'b']);
  const missing = diagnoseNoReply(path, { ...seen, bridge: { name: 'br10', lackedBy: ['b'] } });
  expect(missing).toMatchObject({
    id: 'bridge-missing',
    summary: expect.stringContaining('"br10" is missing on node "b"'),
  });
  const unknown = diagnoseNoReply(path, { ...seen, bridge: { name: 'br10', lackedBy: [] } });
  expect(unknown?.id).toBe('no-uplink');
  expect(unknown?.next.join('\n')).toContain('Is bridge "br10" on both nodes');
});

test('diagnoses one-way when only the target has received frames', () => {
  const seen = situation('198.18.0.2 dev eth0  FAILED', ['a', 'b']);
  const guests = seen.guests.map((view) =>
    view.vmi === to ? { ...view, neighbours: '198.18.0.1 dev eth0 lladdr 02:00:00:00:00:01 STALE' } : view,
  );
  const diagnosis = diagnoseNoReply(path, { ...seen, guests });
  expect(diagnosis).toMatchObject({
    id: 'one-way',
    summary: 'packets pass from "source" to "target", and nothing comes back',
  });
  expect(diagnosis?.next[0]).toContain('leaves node "b"');
});

test('adds an interface without a carrier to the evidence', () => {
  const interfaces = '2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500';
  const seen = diagnoseNoReply(path, situation('', ['a', 'b'], { interfaces }))?.evidence;
  expect(seen).toContain('the interface of "source" has no carrier (NO-CARRIER in ip addr)');
});

test('diagnoses replies-lost when the neighbour is resolved', () => {
  const seen = situation('198.18.0.2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE', ['a', 'b']);
  expect(diagnoseNoReply(path, seen)).toMatchObject({
    id: 'replies-lost',
    summary: expect.stringContaining('filters'),
  });
});

test('diagnoses addresses-refused first when a network with IPAM has static addresses', () => {
  const lending = { ...situation('', ['a', 'b']), addressesFrom: 'ipam "whereabouts"' };
  const refused = diagnoseNoReply(path, { ...lending, addressing: 'static' });
  expect(refused).toMatchObject({ id: 'addresses-refused', summary: expect.stringContaining('ipam "whereabouts"') });
  expect(refused?.next[0]).toContain('addressing: dhcp');
  expect(diagnoseNoReply(path, { ...lending, addressing: 'dhcp' })?.id).toBe('no-uplink');
  const dark = { interfaces: '2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500' };
  const unplugged = { ...situation('', ['a', 'b'], dark), addressesFrom: 'ipam "whereabouts"' };
  expect(diagnoseNoReply(path, { ...unplugged, addressing: 'static' })?.id).toBe('no-uplink');
});

test('gives no diagnosis without guest data, or when the target replies by now', () => {
  const late = situation('198.18.0.2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE', ['a', 'b'], {
    probes: [probe(56, true)],
  });
  expect(diagnoseNoReply(path, late)).toBeUndefined();
  expect(diagnoseNoReply(path, EMPTY_SITUATION)).toBeUndefined();
});

const probe = (payloadBytes: number, answered: boolean): GuestView['probes'][number] => {
  return { address: '198.18.0.2', payloadBytes, answered };
};

test('diagnoses large-packets-lost only when a small probe passes and a large one fails', () => {
  const mtu = situation('', ['a', 'b'], { probes: [probe(56, true), probe(1472, false)] });
  expect(diagnoseLostSample(path, 1472, mtu)).toMatchObject({
    id: 'large-packets-lost',
    evidence: [expect.stringMatching(/56 bytes.*: answered$/), expect.stringMatching(/1472 bytes.*: not answered$/)],
  });
  const gone = situation('198.18.0.2 dev eth0  FAILED', ['a', 'b'], { probes: [probe(56, false), probe(1472, false)] });
  expect(diagnoseLostSample(path, 1472, gone)?.id).toBe('no-uplink');
  expect(diagnoseLostSample(path, 56, mtu)).toBeUndefined();
  // No diagnosis without guest data, or if both sizes pass by now.
  expect(diagnoseLostSample(path, 1472, EMPTY_SITUATION)).toBeUndefined();
  expect(diagnoseLostSample(path, 1472, situation('', ['a', 'b']))).toBeUndefined();
  const both = situation('', ['a', 'b'], { probes: [probe(56, true), probe(1472, true)] });
  expect(diagnoseLostSample(path, 1472, both)).toBeUndefined();
});

test('does not diagnose addresses-refused with ipam host-local', () => {
  const seen = { ...situation('', ['a', 'b']), addressesFrom: 'ipam "host-local"', ipam: 'host-local' };
  expect(diagnoseNoReply(path, { ...seen, addressing: 'static' })?.id).toBe('no-uplink');
});

test('diagnoses different-subnets when a router does not forward', () => {
  const routed = diagnoseNoReply({ ...path, router: '10.1.0.1' }, situation('', ['a', 'b']));
  expect(routed).toMatchObject({ id: 'different-subnets', summary: expect.stringContaining('router 10.1.0.1') });
});
