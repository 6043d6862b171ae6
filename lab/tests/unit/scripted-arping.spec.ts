// SPDX-License-Identifier: Apache-2.0
/** Detection of duplicate IPv4 addresses, with the checkup's commands. */
import { expect, test } from '@playwright/test';
import { decodePacket, type Packet } from '../../packets/packet.ts';
import { guestOn, loggedIn, NETWORK, quietNetworks, waitForDuplicateAddressDetection } from './scripted-line.ts';

const PROBE = 'arping -D -c 1 -w 1 -I eth0';

test('reports whether an address is in use', async () => {
  const networks = quietNetworks();
  const line = await loggedIn({ networks, spec: guestOn(1) });
  await loggedIn({ networks, spec: guestOn(2, ['198.18.4.1/29']) });
  await line.run('ip link set dev eth0 up');
  const packets: Packet[] = [];
  networks.plug(NETWORK, (frame) => {
    const packet = decodePacket(frame);
    if (packet) packets.push(packet);
  });

  expect(await line.run(`${PROBE} 198.18.4.1 2>&1; echo $?`)).toMatch(
    /^ARPING 198\.18\.4\.1 from 0\.0\.0\.0 eth0\nUnicast reply from 198\.18\.4\.1 \[02:00:00:00:00:02\] {2}\d+\.\d{3}ms\nSent 1 probes \(1 broadcast\(s\)\)\nReceived 1 response\(s\)\n1\n$/,
  );
  expect(packets.filter(({ type }) => type === 'arp')).toMatchObject([
    { request: true, sender: '0.0.0.0', senderMac: '02:00:00:00:00:01', target: '198.18.4.1' },
  ]);

  const start = performance.now();
  expect(await line.run(`${PROBE} 198.18.4.2 2>&1; echo $?`)).toBe(
    'ARPING 198.18.4.2 from 0.0.0.0 eth0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)\n0\n',
  );
  const tookMs = performance.now() - start;
  expect(tookMs).toBeGreaterThan(990);
  expect(tookMs).toBeLessThan(1900);
});

test('reports an address as in use when the neighbour takes the first probed ones', async () => {
  const line = await loggedIn({ networks: quietNetworks(undefined, { firstAsked: 2 }), spec: guestOn(1) });
  await line.run('ip link set dev eth0 up');
  expect(await line.run(`${PROBE} 198.18.4.1; echo $?`)).toMatch(/\nUnicast reply from 198\.18\.4\.1 [^]*\n1\n$/);
  await line.run('ip -6 addr add fd00::1/64 dev eth0');
  await waitForDuplicateAddressDetection(line);
  expect(await line.run('ip -o addr show')).toContain(' inet6 fd00::1/64 scope global dadfailed tentative ');
  await line.run('ip addr add fd00::2/64 dev eth0; ip addr add 198.18.4.2/29 dev eth0');
  expect(await line.run(`${PROBE} 198.18.4.3; echo $?`)).toMatch(/\n0\n$/);
  expect(await line.run('ip -o addr show')).toContain(' inet6 fd00::2/64 scope global \\');
  for (const taken of ['198.18.4.1', 'fd00::1']) {
    expect(await line.run(`ping -c 1 ${taken}`), taken).toContain(`64 bytes from ${taken}: icmp_seq=1 ttl=64`);
  }
});

test('-c 3 -w 2 sends one probe per second', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  await line.run('ip link set dev eth0 up');
  expect(await line.run('arping -D -c 3 -w 2 -I eth0 198.18.4.1')).toContain('Sent 2 probes (2 broadcast(s))\n');
});

test('reports why it cannot probe', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  expect(await line.run(`${PROBE} 198.18.4.1; echo $?`)).toBe('Interface "eth0" is down\n2\n');
  expect(await line.run('arping -D -c 1 -I eth5 198.18.4.1; echo $?')).toBe('arping: Device eth5 not available.\n2\n');
  for (const wrong of ['-c 1 198.18.4.1', '-D 198.18.4.1', '-D -c 1 fd00::1', '-D -c 1 -z 198.18.4.1']) {
    expect(await line.run(`arping ${wrong}; echo $?`), wrong).toMatch(/^arping: .*\n2\n$/);
  }
});
