// SPDX-License-Identifier: Apache-2.0
/** Output and packets of `ping` on scripted guests at one switch. */
import { expect, test } from '@playwright/test';
import type { GuestQuirks } from '../../guests/quirks.ts';
import { Networks } from '../../network/networks.ts';
import { decodePacket, type Packet } from '../../packets/packet.ts';
import {
  guestOn,
  loggedIn,
  NETWORK,
  pingTotals,
  quietNetworks,
  waitForDuplicateAddressDetection,
  type Line,
} from './scripted-line.ts';

/** The first of two guests, 198.18.4.1 and fd00::1, that both have their addresses. */
async function pair(networks = quietNetworks(), quirks: GuestQuirks = {}): Promise<Line> {
  const one = await loggedIn({ networks, spec: guestOn(1, ['198.18.4.1/29', 'fd00::1/64']) });
  const two = await loggedIn({ networks, quirks, spec: guestOn(2, ['198.18.4.2/29', 'fd00::2/64']) });
  for (const line of [one, two]) await waitForDuplicateAddressDetection(line);
  return one;
}

/** Returns the packets that every NIC on the network receives. */
function listenOn(networks: Networks): Packet[] {
  const packets: Packet[] = [];
  networks.plug(NETWORK, (frame) => {
    const packet = decodePacket(frame);
    if (packet) packets.push(packet);
  });
  return packets;
}

test('prints the output of iputils for IPv4 and IPv6', async () => {
  const line = await pair();
  expect(await line.run('LC_ALL=C ping -n -c 2 -i 0.2 198.18.4.2 2>&1; echo $?')).toMatch(
    new RegExp(
      '^PING 198\\.18\\.4\\.2 \\(198\\.18\\.4\\.2\\) 56\\(84\\) bytes of data\\.\n' +
        '64 bytes from 198\\.18\\.4\\.2: icmp_seq=1 ttl=64 time=[\\d.]+ ms\n' +
        '64 bytes from 198\\.18\\.4\\.2: icmp_seq=2 ttl=64 time=[\\d.]+ ms\n\n' +
        '--- 198\\.18\\.4\\.2 ping statistics ---\n' +
        '2 packets transmitted, 2 received, 0% packet loss, time [2-9]\\d\\dms\n' +
        'rtt min/avg/max/mdev = [\\d.]+/[\\d.]+/[\\d.]+/[\\d.]+ ms\n0\n$',
    ),
  );
  expect(await line.run('ping -6 -n -D -3 -c 1 fd00:0::2')).toMatch(
    new RegExp(
      '^PING fd00::2\\(fd00::2\\) 56 data bytes\n' +
        '\\[\\d+\\.\\d{6}\\] 64 bytes from fd00::2: icmp_seq=1 ttl=64 time=\\d+\\.\\d{3} ms\n\n' +
        '--- fd00::2 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time \\d+ms\nrtt ',
    ),
  );
  expect(await line.run('ping -c 1 fe80::ff:fe00:2')).toContain('64 bytes from fe80::ff:fe00:2: ');
});

test('delays the first ping by address resolution only', async () => {
  const line = await pair();
  for (const address of ['198.18.4.2', 'fd00::2', 'fe80::ff:fe00:2']) {
    const { maxMs } = pingTotals(await line.run(`ping -c 1 ${address}`));
    expect(maxMs, address).toBeLessThan(500);
  }
});

test('pings itself, and fails without a route', async () => {
  const line = await pair();
  for (const own of ['127.0.0.1', '::1', '198.18.4.1', 'fd00::1']) {
    expect(pingTotals(await line.run(`ping -c 2 -i 0.1 ${own}`)), own).toMatchObject({ transmitted: 2, received: 2 });
  }
  for (const far of ['192.0.2.1', '2001:db8::1']) {
    expect(await line.run(`ping -c 1 ${far}; echo $?`)).toBe('ping: connect: Network is unreachable\n2\n');
  }
});

test('does not use a tentative address as the source', async () => {
  const line = await loggedIn({ spec: guestOn(1, ['fd00::1/64']) });
  expect(await line.run('ping -c 1 fd00::2; echo $?')).toBe('ping: connect: Cannot assign requested address\n2\n');
});

test('sends the requested payload size, and prints no time for one that is too short', async () => {
  const line = await pair(new Networks({ delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1, mtu: 1000 }));
  for (const [address, headers] of [['198.18.4.2', 28] as const, ['fd00::2', 48] as const]) {
    const fits = await line.run(`ping -M do -s ${1000 - headers} -c 1 -W 1 ${address}`);
    expect(fits).toContain(`${1008 - headers} bytes from ${address}: `);
    const lost = await line.run(`ping -M do -s ${1001 - headers} -c 1 -W 1 ${address}; echo $?`);
    expect(lost).toMatch(/\n1 packets transmitted, 0 received, 100% packet loss, time \d+ms\n\n1\n$/);
  }
  const short = await line.run('ping -s 15 -c 1 198.18.4.2; echo $?');
  expect(short).toContain('23 bytes from 198.18.4.2: icmp_seq=1 ttl=64\n');
  expect(short).toMatch(/0% packet loss, time \d+ms\n\n0\n$/);
});

test('reports a local error for packets above the MTU of the NIC', async () => {
  const line = await pair();
  for (const [address, size, mtu] of [
    ['198.18.4.2', 1473, 'mtu=1500'] as const,
    ['fd00::2', 1453, 'mtu: 1500'] as const,
  ]) {
    const lines = (await line.run(`ping -M do -s ${size} -c 2 -i 0.1 ${address} 2>&1; echo $?`)).split('\n');
    expect(lines.slice(1, 3)).toEqual(Array(2).fill(`ping: local error: message too long, ${mtu}`));
    expect(lines[5]).toMatch(/^2 packets transmitted, 0 received, \+2 errors, 100% packet loss, time [1-9]\d\dms$/);
    expect(lines.slice(6)).toEqual(['', '1', '']);
    expect(pingTotals(await line.run(`ping -M do -s ${size - 1} -c 1 ${address}`)).received).toBe(1);
    expect(pingTotals(await line.run(`ping -M dont -s ${size} -c 1 ${address}`)).received).toBe(1);
  }
});

test('reports an unreachable host after three ARP requests, one second apart', async () => {
  const networks = quietNetworks();
  const line = await pair(networks);
  const packets = listenOn(networks);
  const start = performance.now();
  expect(await line.run('ping -D -c 3 -i 0.2 198.18.4.3; echo $?')).toMatch(
    new RegExp(
      '\n' +
        [1, 2, 3]
          .map((n) => `\\[[\\d.]+\\] From 198\\.18\\.4\\.1 icmp_seq=${n} Destination Host Unreachable\n`)
          .join('') +
        '\n---.*\n3 packets transmitted, 0 received, \\+3 errors, 100% packet loss, time [4-9]\\d\\dms\npipe 3\n1\n$',
    ),
  );
  expect(performance.now() - start).toBeGreaterThan(2900);
  expect(packets.filter(({ type }) => type === 'arp')).toHaveLength(3);
  expect(await line.run('ping -w 5 -c 1 fd00::3; echo $?')).toMatch(
    /\nFrom fd00::1 icmp_seq=1 Destination unreachable: Address unreachable\n[^]*received, \+\d errors, 100% packet loss[^]*\n1\n$/,
  );
  expect(packets.filter(({ type }) => type === 'neighbourSolicitation')).toHaveLength(3);
});

test('-w sends until the requested number of replies has arrived', async () => {
  const networks = quietNetworks();
  const line = await pair(networks);
  await line.run('ping -c 1 198.18.4.2');
  networks.impair({ cut: true });
  setTimeout(() => {
    networks.impair({ cut: false });
  }, 500);
  const text = await line.run('ping -n -D -O -3 -s 56 -c 1 -w 5 -i 0.2 198.18.4.2; echo $?');
  expect(text).toMatch(/\n\[[\d.]+\] no answer yet for icmp_seq=1\n\[[\d.]+\] no answer yet for icmp_seq=2\n/);
  const { transmitted, received } = pingTotals(text);
  expect(received).toBe(1);
  expect(transmitted).toBeGreaterThan(2);
  expect(text).toMatch(/\n0\n$/);

  networks.impair({ cut: true });
  const start = performance.now();
  expect(await line.run('ping -c 1 -w 1 -i 0.4 198.18.4.2; echo $?')).toMatch(
    /\n[23] packets transmitted, 0 [^]*\n1\n$/,
  );
  expect(performance.now() - start).toBeGreaterThan(990);
  expect(performance.now() - start).toBeLessThan(2000);
});

test('replies-twice: counts duplicates separately', async () => {
  const line = await pair(quietNetworks(), { repliesTwice: true });
  const text = await line.run('ping -c 3 -i 0.1 198.18.4.2');
  expect(text.match(/icmp_seq=[12] ttl=64 time=[\d.]+ ms \(DUP!\)\n/g)).toHaveLength(2);
  // It stops after the last reply.
  expect(pingTotals(text)).toMatchObject({ transmitted: 3, received: 3, duplicates: 2 });
});

test('runs in the background', async () => {
  const line = await pair();
  await line.run(
    "[ -f /tmp/p.rc ] || (setsid sh -c 'LC_ALL=C ping -6 -n -D -O -s 56 -c 5 -i 0.1 -W 2 fd00::2 >/tmp/p 2>&1; echo $? >/tmp/p.rc' >/dev/null 2>&1 &)",
  );
  expect(await line.run('cat /tmp/p.rc 2>/dev/null')).toBe('');
  await expect.poll(() => line.run('cat /tmp/p.rc 2>/dev/null')).toBe('0\n');
  const text = await line.run('cat /tmp/p');
  expect(pingTotals(text)).toMatchObject({ transmitted: 5, received: 5 });
  expect(await line.run('wc -c </tmp/p')).toBe(`${text.length}\n`);
});

test('fails for invalid arguments', async () => {
  const line = await pair();
  for (const wrong of ['', '-c 0 ::1', '-c 1 -M x ::1', '-c 1 nowhere', '-4 -c 1 ::1', '-6 -c 1 127.0.0.1', '-z ::1']) {
    expect(await line.run(`ping ${wrong}; echo $?`), wrong).toMatch(/^ping: .*\n2\n$/);
  }
});
