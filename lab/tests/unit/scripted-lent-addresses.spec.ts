// SPDX-License-Identifier: Apache-2.0
/** Addresses that a network assigns to scripted guests: DHCP for IPv4, a router's prefix for IPv6. */
import { expect, test } from '@playwright/test';
import { ALL_NODES, multicastMac } from '../../packets/addresses.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import {
  guestOn,
  loggedIn,
  NETWORK,
  pingTotals,
  quietNetworks,
  waitForDuplicateAddressDetection,
} from './scripted-line.ts';

const OVN = JSON.stringify({ type: 'ovn-k8s-cni-overlay', subnets: '10.200.0.0/24,fd10:200::/64' });
const BOTH = { dhcp4: true, dhcp6: true, 'accept-ra': true };
const IPV4 =
  /inet (10\.200\.0\.\d+)\/24 brd 10\.200\.0\.255 scope global dynamic eth0\\ {7}valid_lft 3\d\d\dsec preferred_lft 3\d\d\dsec\n/;

test('guests get an address of each family and reach each other', async () => {
  const networks = quietNetworks(OVN);
  const one = await loggedIn({ networks, spec: guestOn(1, [], BOTH) });
  const two = await loggedIn({ networks, spec: guestOn(2, [], BOTH) });
  const show = () => two.run('ip -o addr show dev eth0');
  await expect
    .poll(show)
    .toContain(
      '2: eth0    inet6 fd10:200::ff:fe00:2/64 scope global dynamic mngtmpaddr \\       valid_lft forever preferred_lft forever\n',
    );
  const address = IPV4.exec(await show())?.[1] ?? '';
  expect(address).not.toBe('');
  await waitForDuplicateAddressDetection(one);
  await waitForDuplicateAddressDetection(two);
  for (const destination of [address, 'fd10:200::ff:fe00:2']) {
    const { transmitted, received } = pingTotals(await one.run(`ping -c 2 -i 0.1 ${destination}`));
    expect({ transmitted, received }, destination).toEqual({ transmitted: 2, received: 2 });
  }
});

test('an address that the network did not assign has no connectivity', async () => {
  const networks = quietNetworks(OVN);
  const line = await loggedIn({ networks, spec: guestOn(1, ['10.200.0.9/24']) });
  expect(pingTotals(await line.run('ping -c 1 -W 1 10.200.0.1')).received).toBe(0);
});

test('a guest without a DHCP server gets no address and continues to ask', async () => {
  const networks = quietNetworks();
  const packets: Packet[] = [];
  networks.plug(NETWORK, (frame) => {
    const packet = decodePacket(frame);
    if (packet) packets.push(packet);
  });
  const line = await loggedIn({ networks, spec: guestOn(1, [], BOTH) });
  const discovers = () => packets.filter((packet) => packet.type === 'dhcp' && packet.message === 'discover').length;
  await expect.poll(discovers).toBeGreaterThanOrEqual(3);
  expect(discovers()).toBeLessThan(6);
  expect(packets.some(({ type }) => type === 'routerSolicitation')).toBe(true);
  expect(await line.run('ip -o addr show dev eth0')).not.toContain('global');
});

test('accept_ra 0 ignores router advertisements', async () => {
  const networks = quietNetworks();
  const line = await loggedIn({ networks, spec: guestOn(1) });
  const router = '0e:00:00:00:00:09';
  const port = networks.plug(NETWORK, () => undefined);
  const advertise = (prefix: string, validSeconds: number) => {
    const times = { validSeconds, preferredSeconds: validSeconds };
    port.send(
      encodePacket({
        type: 'routerAdvertisement',
        fromMac: router,
        toMac: multicastMac(ALL_NODES),
        sourceMac: router,
        source: 'fe80::9',
        destination: ALL_NODES,
        managed: false,
        lifetimeSeconds: 0,
        prefixes: [{ prefix, length: 64, onLink: true, autonomous: true, ...times }],
      }),
    );
  };
  const show = () => line.run('ip -o -6 addr show dev eth0');
  await line.run('ip link set dev eth0 up');
  expect(await line.run('cat /proc/sys/net/ipv6/conf/eth0/accept_ra')).toBe('0\n');
  advertise('fd00:1::', 3600);
  await line.run('echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra');
  advertise('fd00:2::', 1800);
  expect(await show()).toMatch(
    /inet6 fd00:2::ff:fe00:1\/64 scope global tentative dynamic mngtmpaddr \\ {7}valid_lft 1(800|799)sec preferred_lft 1(800|799)sec\n/,
  );
  expect(await show()).not.toContain('fd00:1:');
  advertise('fd00:2::', 7200);
  expect(await show()).toMatch(/fd00:2::.* valid_lft 7(200|199)sec/);
});
