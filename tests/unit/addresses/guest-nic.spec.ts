// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { AddressPlan } from '../../../fixtures/addresses/address-plan.ts';
import { renderCidr } from '../../../fixtures/addresses/cidr.ts';
import { GuestNic } from '../../../fixtures/addresses/guest-nic.ts';
import { abortsAt, NO_LIMIT, FakeShell, type CannedReply } from '../guest/fake-shell.ts';

const MAC = '02:00:00:00:00:01';
const V4: AddressPlan = {
  family: 'ipv4',
  fixed: false,
  candidates: [{ family: 'ipv4', address: '198.18.0.1', prefixLength: 29 }],
};
const V6: AddressPlan = {
  family: 'ipv6',
  fixed: false,
  candidates: [{ family: 'ipv6', address: 'fd00::1', prefixLength: 64 }],
};

const LINKS = 'ip -o link';
const SHOW = 'ip -o addr show dev enp2s0';
const up = (setting: string): string =>
  `(echo ${setting}; ip addr flush dev enp2s0 scope global) >/dev/null 2>&1; ip link set dev enp2s0 up 2>&1 && ip -o link`;
const WITHOUT_IPV6 = up('1 >/proc/sys/net/ipv6/conf/enp2s0/disable_ipv6');
const WITHOUT_ADVERTISEMENTS = up('0 >/proc/sys/net/ipv6/conf/enp2s0/accept_ra');
const ARPING =
  'rm -f /tmp/arping /tmp/arping.status; ( (arping -D -c 1 -w 1 -I enp2s0 198.18.0.1 >/tmp/arping 2>&1; echo $? >/tmp/arping.status) & sleep 0.5 || sleep 1; cat /tmp/arping /tmp/arping.status 2>/dev/null )';
const ADD_V4 = 'ip -4 addr add 198.18.0.1/29 dev enp2s0 2>&1';
const ADD_V6 = 'ip -6 addr add fd00::1/64 dev enp2s0 2>&1';

/** Another interface first, whose MTU and state must not be used. */
function links(flags: string, mtu = 1500): string {
  return `2: enp1s0: <BROADCAST,UP,LOWER_UP> mtu 1400 qdisc mq state UP qlen 1000\\    link/ether 02:00:00:00:00:09 brd ff:ff:ff:ff:ff:ff
3: enp2s0: <BROADCAST,MULTICAST${flags}> mtu ${mtu} qdisc mq state UP qlen 1000\\    link/ether ${MAC} brd ff:ff:ff:ff:ff:ff
`;
}
const DOWN = links('');
const CARRIER = links(',UP,LOWER_UP');
const shown = (family: string, address: string, flags: string): string =>
  `3: enp2s0    ${family} ${address} scope ${flags}\\       valid_lft 600sec preferred_lft 600sec\n`;

interface Found {
  readonly nic: GuestNic;
  readonly shell: FakeShell;
  readonly warnings: readonly string[];
}

/** Finds the NIC in a guest with these replies; commands that assign an address print nothing. */
async function find(replies: readonly CannedReply[], waiting = NO_LIMIT): Promise<Found> {
  const ups = [WITHOUT_IPV6, WITHOUT_ADVERTISEMENTS].map((command): CannedReply => [command, CARRIER]);
  const silent = [ARPING, ADD_V4, ADD_V6].map((command): CannedReply => [command, '']);
  const shell = new FakeShell([...replies, ...ups, ...silent]);
  const warnings: string[] = [];
  const warn = (message: string): Promise<void> => {
    warnings.push(message);
    return Promise.resolve();
  };
  return { nic: await GuestNic.find({ shell, waiting, warn, mac: MAC }), shell, warnings };
}

test('finds the interface by its MAC once it exists', async () => {
  const { nic, shell } = await find([[LINKS, '1: lo: <LOOPBACK> mtu 65536 \n', links('', 9000)]]);
  expect(nic.mtuBytes).toBe(9000);
  expect(shell.typed).toEqual([LINKS, LINKS]);
});

test('fails with the list of interfaces when the guest has none with that MAC', async () => {
  const waiting = abortsAt(/eth7/, 'SetupFailed');
  await expect(find([[LINKS, '2: eth7: is all there is \n']], waiting)).rejects.toMatchObject({
    code: 'SetupFailed',
    message: `failed to wait for the interface ${MAC} in the guest of VMI 'ns/vm': "2: eth7: is all there is"`,
  });
});

test('with IPv4 only, flushes addresses, disables IPv6 and brings the link up before the first probe', async () => {
  const { nic, shell, warnings } = await find([[LINKS, DOWN]]);
  expect((await nic.assign([V4])).map(renderCidr)).toEqual(['198.18.0.1/29']);
  expect(shell.typed).toEqual([LINKS, WITHOUT_IPV6, ARPING, ADD_V4]);
  expect(warnings).toEqual([]);
});

test('with both families, disables router advertisements and assigns one address per family', async () => {
  const { nic, shell } = await find([
    [LINKS, DOWN],
    [SHOW, shown('inet6', 'fd00::1/64', 'global ')],
  ]);
  expect((await nic.assign([V6, V4])).map(renderCidr)).toEqual(['fd00::1/64', '198.18.0.1/29']);
  expect(shell.typed).toEqual([LINKS, WITHOUT_ADVERTISEMENTS, ADD_V6, SHOW, ARPING, ADD_V4]);
});

test('fails without further commands when the link cannot be brought up', async () => {
  const { nic, shell } = await find([
    [LINKS, DOWN],
    [WITHOUT_IPV6, { output: 'ip: SIOCSIFFLAGS: Operation not permitted\n', status: 1 }],
  ]);
  await expect(nic.assign([V4])).rejects.toMatchObject({
    code: 'SetupFailed',
    message: "failed to bring enp2s0 up in the guest of VMI 'ns/vm': ip: SIOCSIFFLAGS: Operation not permitted",
  });
  expect(shell.typed.at(-1)).toBe(WITHOUT_IPV6);
});

test('waits for a carrier that comes late', async () => {
  const { nic, shell, warnings } = await find([
    [WITHOUT_IPV6, links(',UP')],
    [LINKS, DOWN, links(',UP'), CARRIER],
  ]);
  await nic.assign([V4]);
  expect(shell.typed).toEqual([LINKS, WITHOUT_IPV6, LINKS, LINKS, ARPING, ADD_V4]);
  expect(warnings).toEqual([]);
});

test('warns when there is no carrier within 5 s, and uses the address', async () => {
  const { nic, warnings } = await find([[/ip -o link$/, links(',UP')]]);
  const began = performance.now();
  expect((await nic.assign([V4])).map(renderCidr)).toEqual(['198.18.0.1/29']);
  expect(performance.now() - began).toBeGreaterThanOrEqual(5000);
  expect(warnings).toEqual([
    "enp2s0 in the guest of VMI 'ns/vm' has had no carrier for 5s: who answers for an address may not have been heard",
  ]);
});

test('uses the first complete address assigned by the network, and its MTU', async () => {
  const own = shown('inet', '169.254.7.7/16', 'global enp2s0');
  const { nic, shell } = await find([
    [LINKS, links(',UP,LOWER_UP', 1500), links(',UP,LOWER_UP', 1400)],
    [
      SHOW,
      own,
      `${own}${shown('inet', '10.200.0.7/24', 'global dynamic enp2s0')}`,
      shown('inet6', 'fe80::1/64', 'link '),
      shown('inet6', 'fd10::7/64', 'global dynamic tentative '),
      shown('inet6', 'fd10::7/64', 'global dynamic dadfailed '),
      `${shown('inet6', 'fd10::8/64', 'global dynamic ')}${shown('inet', '10.200.0.7/24', 'global dynamic enp2s0')}`,
    ],
  ]);
  expect(nic.mtuBytes).toBe(1500);
  expect((await nic.receive(['ipv4', 'ipv6'])).map(renderCidr)).toEqual(['10.200.0.7/24', 'fd10::8/64']);
  expect(nic.mtuBytes).toBe(1400);
  // Only read commands.
  expect(shell.typed).toEqual([LINKS, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, LINKS]);
});

test('does not take a self-assigned address for one assigned by the network', async () => {
  const { nic } = await find(
    [
      [LINKS, CARRIER],
      [SHOW, shown('inet', '169.254.7.7/16', 'global enp2s0')],
    ],
    abortsAt(/169\.254/, 'SetupFailed'),
  );
  await expect(nic.receive(['ipv4'])).rejects.toMatchObject({
    code: 'SetupFailed',
    message: expect.stringMatching(
      /^failed to wait for an ipv4 address from the network \(addressing: dhcp\) in the guest of VMI 'ns\/vm': .*169\.254\.7\.7/,
    ),
  });
});
