// SPDX-License-Identifier: Apache-2.0
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
  expect(between?.next.join('\n')).toContain('sourceNode and targetNode both "a"');
  expect(between?.next[0]).toMatch(
    /:\nkubectl debug node\/a .* -- bridge link\nkubectl debug node\/b .* -- bridge link$/,
  );
  expect(diagnoseNoReply(path, situation('', ['a', 'b']))?.id).toBe('no-uplink');
  expect(diagnoseNoReply(path, situation('198.18.0.2 dev eth0  FAILED', ['a', 'a']))?.id).toBe('neighbour-silent');
});

test('diagnoses bridge-missing when a node lacks the bridge, and otherwise names the empty bridge as a possible cause', () => {
  const seen = situation('198.18.0.2 dev eth0  FAILED', ['a', 'b']);
  const missing = diagnoseNoReply(path, { ...seen, bridge: { name: 'br10', lackedBy: ['b'] } });
  expect(missing).toMatchObject({
    id: 'bridge-missing',
    summary: expect.stringContaining('"br10" is missing on node "b"'),
  });
  const unknown = diagnoseNoReply(path, { ...seen, bridge: { name: 'br10', lackedBy: [] } });
  expect(unknown).toMatchObject({
    id: 'no-uplink',
    summary: expect.stringContaining('bridge "br10" is missing or has no physical port on one of them'),
    meaning: expect.stringContaining('the bridge plugin creates an empty one, without an error'),
  });
  expect(unknown?.next[0]).toMatch(
    /kubectl debug node\/a .* -- ip link show master br10\nkubectl debug node\/b .* -- ip link show master br10$/,
  );
});

const HAS_TARGET = '198.18.0.2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE';
const HAS_SOURCE = '198.18.0.1 dev eth0 lladdr 02:00:00:00:00:01 STALE';

/** The situation after both guests pinged each other, with the neighbour tables of source and target. */
function bothAsked(source: string, target: string, nodes: [string, string] = ['a', 'b']): Situation {
  const seen = situation(source, nodes);
  return { ...seen, guests: seen.guests.map((view) => (view.vmi === to ? { ...view, neighbours: target } : view)) };
}

test('diagnoses one-way with the same node whichever VM is the source', () => {
  // Frames from node b are lost: its guest receives the request of the other one, and nothing arrives there.
  const targetOnB = diagnoseNoReply(path, bothAsked('198.18.0.2 dev eth0  FAILED', HAS_SOURCE));
  const sourceOnB = diagnoseNoReply(path, bothAsked(HAS_TARGET, '198.18.0.1 dev eth0  INCOMPLETE', ['b', 'a']));
  for (const diagnosis of [targetOnB, sourceOnB]) {
    expect(diagnosis).toMatchObject({
      id: 'one-way',
      summary: 'packets from node "b" do not reach node "a" on this network, packets in the other direction do',
    });
    expect(diagnosis?.next[0]).toMatch(/kubectl debug node\/b .* -- bridge -d link$/);
  }
  expect(targetOnB?.meaning).toContain('The guest "target" (198.18.0.2) received the request of "source"');
  expect(sourceOnB?.meaning).toContain('The guest "source" (198.18.0.1) received the request of "target"');
});

test('diagnoses one-way between VMs on one node, and on a network that assigns addresses', () => {
  const oneNode = bothAsked('', HAS_SOURCE, ['a', 'a']);
  expect(diagnoseNoReply(path, oneNode)?.summary).toContain('packets from "target" do not reach "source"');
  const lending = { ...bothAsked('', HAS_SOURCE), addressesFrom: 'ipam "whereabouts"', addressing: 'static' as const };
  expect(diagnoseNoReply(path, lending)?.id).toBe('one-way');
});

test('diagnoses replies-lost with the direction when only pings in the other direction have replies', () => {
  const seen = bothAsked(HAS_TARGET, HAS_SOURCE);
  const answered = [{ address: '198.18.0.1', payloadBytes: 56, answered: true }];
  const guests = seen.guests.map((view) => (view.vmi === to ? { ...view, probes: answered } : view));
  expect(diagnoseNoReply(path, { ...seen, guests })).toMatchObject({
    id: 'replies-lost',
    summary: expect.stringContaining('pings from "source" to "target" have no reply, pings in the other direction do'),
    evidence: expect.arrayContaining(['ping from 198.18.0.2 to 198.18.0.1 after the failure: answered']),
  });
});

test('adds an interface without a carrier to the evidence', () => {
  const interfaces = '2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500';
  const seen = diagnoseNoReply(path, situation('', ['a', 'b'], { interfaces }))?.evidence;
  expect(seen).toContain('the interface of "source" has no carrier (NO-CARRIER in ip addr)');
});

test('diagnoses replies-lost when both guests have resolved the other, or when only the source could be read', () => {
  const both = bothAsked(HAS_TARGET, HAS_SOURCE);
  const expected = { id: 'replies-lost', summary: expect.stringContaining('filters') };
  expect(diagnoseNoReply(path, both)).toMatchObject(expected);
  expect(diagnoseNoReply(path, { ...both, guests: both.guests.slice(0, 1) })).toMatchObject(expected);
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
