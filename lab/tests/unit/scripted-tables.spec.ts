// SPDX-License-Identifier: Apache-2.0
/** Routes, neighbours, counters and kernel messages of scripted guests, in the format of iproute2 6.1. */
import { expect, test } from '@playwright/test';
import { guestOn, loggedIn, quietNetworks, waitForDuplicateAddressDetection } from './scripted-line.ts';

const [ONE, TWO] = ['198.18.0.1', '198.18.0.2'];

async function pair() {
  const networks = quietNetworks();
  const one = await loggedIn({ networks, spec: guestOn(1, [`${ONE}/30`, 'fd00::1/64']) });
  const two = await loggedIn({ networks, spec: guestOn(2, [`${TWO}/30`, 'fd00::2/64']) });
  await Promise.all([waitForDuplicateAddressDetection(one), waitForDuplicateAddressDetection(two)]);
  return { one, two };
}

test('lists the routes of a link by family and by device', async () => {
  const { one } = await pair();
  const toIpv4 = `proto kernel scope link src ${ONE} \n`;
  expect(await one.run('ip route')).toBe(`198.18.0.0/30 dev eth0 ${toIpv4}`);
  expect(await one.run('ip -4 route show dev eth0')).toBe(`198.18.0.0/30 ${toIpv4}`);
  expect(await one.run('ip -6 route list')).toBe(
    'fd00::/64 dev eth0 proto kernel metric 256 pref medium\nfe80::/64 dev eth0 proto kernel metric 256 pref medium\n',
  );
  await one.run('ip addr add 198.18.0.3/30 dev eth0; ip addr add 10.1.2.3/32 dev eth0');
  expect(await one.run('ip route show eth0')).toBe(`198.18.0.0/30 ${toIpv4}`);
  expect(await one.run('ip route show dev eth7; echo $?')).toBe('Cannot find device "eth7"\n1\n');
  await one.run('ip link set dev eth0 down');
  expect(await one.run('ip route; ip -6 route')).toBe('');
});

test('neighbours are REACHABLE after a reply, STALE after a request, and FAILED without a reply', async () => {
  const { one, two } = await pair();
  expect(await one.run('ip neigh')).toBe('');
  await one.run(`ping -c 1 ${TWO}; ping -c 1 fd00::2`);
  expect(await one.run('ip neigh')).toBe(
    `${TWO} dev eth0 lladdr 02:00:00:00:00:02 REACHABLE \nfd00::2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE \n`,
  );
  expect(await one.run('ip -6 neigh show dev eth0')).toBe('fd00::2 lladdr 02:00:00:00:00:02 REACHABLE \n');
  expect(await two.run('ip -4 neigh')).toBe(`${ONE} dev eth0 lladdr 02:00:00:00:00:01 STALE \n`);
  await one.run(`ip neigh flush to ${TWO}`);
  expect(await one.run('ip neigh')).toBe('fd00::2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE \n');
  await two.run('ip addr del 198.18.0.2/30 dev eth0');
  await one.run('ip link set dev eth0 down; ip link set dev eth0 up');
  one.type(`ping -c 1 -W 1 ${TWO} >/dev/null 2>&1 & sleep 0.1; ip -4 neigh\n`);
  await one.until(/198\.18\.0\.2 dev eth0 INCOMPLETE \r\n/);
  await expect.poll(() => one.run('ip -4 neigh'), { timeout: 6000 }).toBe(`${TWO} dev eth0 FAILED \n`);
});

test('counters include each frame to and from the NIC, in bytes and packets', async () => {
  const { one, two } = await pair();
  const counted = async (line: typeof one) => {
    const text = await line.run('ip -s link show dev eth0');
    return [...text.matchAll(/^ +(\d+) +(\d+)(?= +0)/gm)].map(([, bytes, packets]) => [Number(bytes), Number(packets)]);
  };
  expect(await one.run('ip -s link show dev eth0')).toMatch(
    new RegExp(
      '^2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 .*\n {4}link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n' +
        ' {4}RX: {2}bytes packets errors dropped {2}missed {3}mcast {11}\n {4} *\\d+ +\\d+ {6}0 {7}0 {7}0 {7}0 \n' +
        ' {4}TX: {2}bytes packets errors dropped carrier collsns {11}\n {4} *\\d+ +\\d+ {6}0 {7}0 {7}0 {7}0 \n$',
    ),
  );
  await one.run(`ping -c 1 ${TWO}`);
  const [[received = 0, ins = 0] = [], [sent = 0, outs = 0] = []] = await counted(one);
  await one.run(`ping -c 3 -i 0.2 -s 100 ${TWO}`);
  const more = 3 * (14 + 20 + 8 + 100);
  expect(await counted(one)).toEqual([
    [received + more, ins + 3],
    [sent + more, outs + 3],
  ]);
  const [far] = await counted(two);
  expect(far?.[0]).toBeGreaterThan(more);
  expect(await one.run('ip -s link show lo')).toContain('\n             0       0      0       0       0       0 \n');
});

test('prints a link and its addresses on several lines without -o', async () => {
  const { one } = await pair();
  expect(await one.run('ip addr show dev eth0')).toBe(
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n' +
      '    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n' +
      `    inet ${ONE}/30 scope global eth0\n       valid_lft forever preferred_lft forever\n` +
      '    inet6 fd00::1/64 scope global \n       valid_lft forever preferred_lft forever\n' +
      '    inet6 fe80::ff:fe00:1/64 scope link \n       valid_lft forever preferred_lft forever\n',
  );
  expect(await one.run('ip -4 addr')).toBe(
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n' +
      '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n' +
      '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n' +
      `    inet ${ONE}/30 scope global eth0\n       valid_lft forever preferred_lft forever\n`,
  );
  expect(await one.run('ip link')).toContain(
    '\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP mode',
  );
});

test('a NIC without a carrier is up, sends no frames, and shows NO-CARRIER', async () => {
  const networks = quietNetworks();
  const heard: Buffer[] = [];
  networks.plug('latency/bridge', (frame) => heard.push(frame));
  const line = await loggedIn({ networks, quirks: { noCarrier: true }, spec: guestOn(1, [`${ONE}/30`, 'fd00::1/64']) });
  expect(await line.run('ip -o link show dev eth0')).toContain(
    '2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc fq_codel state DOWN mode DEFAULT',
  );
  expect(await line.run('ip route')).toBe(`198.18.0.0/30 dev eth0 proto kernel scope link src ${ONE} linkdown \n`);
  expect(await line.run('ip -6 route')).toBe('fd00::/64 dev eth0 proto kernel metric 256 linkdown pref medium\n');
  expect(await line.run('ip -o -6 addr show dev eth0')).toMatch(
    /^2: eth0 {4}inet6 fd00::1\/64 scope global tentative .*\n$/,
  );
  expect(await line.run(`ping -c 1 ${TWO}; echo $?`)).toContain('Destination Host Unreachable');
  expect(await line.run('ip neigh')).toBe(`${TWO} dev eth0 FAILED \n`);
  expect(await line.run('ip -s link show dev eth0')).toMatch(/TX:.*\n +0 +0 +0 +3 +0 +0 \n$/);
  expect(await line.run('dmesg')).not.toContain('link becomes ready');
  expect(heard).toEqual([]);
});

test('dmesg contains link changes and duplicate addresses', async () => {
  const { one, two } = await pair();
  await two.run('ip -6 addr add fd00::1/64 dev eth0');
  await waitForDuplicateAddressDetection(two);
  const line = String.raw`\[ +\d+\.\d{6}\] `;
  expect(await two.run('dmesg | tail -n 1')).toMatch(
    new RegExp(`^${line}IPv6: eth0: IPv6 duplicate address fd00::1 used by 02:00:00:00:00:01 detected!\n$`),
  );
  expect(await one.run('dmesg')).toMatch(
    new RegExp(
      `^${line}Linux version .*SIMULATED\n${line}IPv6: ADDRCONF\\(NETDEV_CHANGE\\): eth0: link becomes ready\n$`,
    ),
  );
  expect(await one.run('dmesg -n 1')).toBe('');
  expect(await one.run('uname -a')).toMatch(/^Linux guest \S+-SIMULATED .*x86_64 GNU\/Linux\n$/);
  expect(await one.run('uname')).toBe('Linux\n');
});
