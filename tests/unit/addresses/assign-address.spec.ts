// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { AddressPlan } from '../../../fixtures/addresses/address-plan.ts';
import { parseCidr, renderCidr, type Cidr } from '../../../fixtures/addresses/cidr.ts';
import { assignAddress } from '../../../fixtures/addresses/assign-address.ts';
import { abortsAt, NO_LIMIT, FakeShell, type CannedReply } from '../guest/fake-shell.ts';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`no CIDR: ${text}`);
  return parsed;
}

const V4: AddressPlan = {
  family: 'ipv4',
  fixed: false,
  candidates: ['198.18.0.1/29', '198.18.0.3/29', '198.18.0.5/29'].map(cidr),
};
const V6: AddressPlan = { family: 'ipv6', fixed: false, candidates: ['fd00::1/64', 'fd00::3/64'].map(cidr) };

const arping = (address: string): string =>
  `rm -f /tmp/arping /tmp/arping.status; ( (arping -D -c 1 -w 1 -I eth0 ${address} >/tmp/arping 2>&1; echo $? >/tmp/arping.status) & sleep 0.5 || sleep 1; cat /tmp/arping /tmp/arping.status 2>/dev/null )`;
const add = (address: string): string => `ip -${address.includes(':') ? 6 : 4} addr add ${address} dev eth0 2>&1`;
const SHOW = 'ip -o addr show dev eth0';
const FREE = 'ARPING 198.18.0.1 from 0.0.0.0 eth0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)\n0\n';
const NO_REPLY_YET = 'ARPING 198.18.0.1 from 0.0.0.0 eth0\n';
const SOMEBODY_HAS_IT = `ARPING 198.18.0.1 from 0.0.0.0 eth0
Unicast reply from 198.18.0.1 [02:AB:00:00:00:0F]  0.952ms
Sent 1 probes (1 broadcast(s))
Received 1 response(s)
1
`;
const shown = (address: string, flags = ''): string =>
  `2: eth0    inet${address.includes(':') ? '6' : ''} ${address} scope global ${flags}\\       valid_lft forever preferred_lft forever\n`;

interface Outcome {
  readonly taken: string;
  readonly typed: readonly string[];
  readonly warnings: readonly string[];
}

async function take(plan: AddressPlan, replies: readonly CannedReply[], waiting = NO_LIMIT): Promise<Outcome> {
  const shell = new FakeShell(replies);
  const warnings: string[] = [];
  const warn = (message: string): Promise<void> => {
    warnings.push(message);
    return Promise.resolve();
  };
  const taken = await assignAddress({ shell, waiting, warn, name: 'eth0' }, plan).then(renderCidr, (error: unknown) =>
    String(error),
  );
  return { taken, typed: shell.typed, warnings };
}

test('probes the first address, then configures it when there is no reply', async () => {
  expect(
    await take(V4, [
      [arping('198.18.0.1'), FREE],
      [add('198.18.0.1/29'), ''],
    ]),
  ).toEqual({
    taken: '198.18.0.1/29',
    typed: [arping('198.18.0.1'), add('198.18.0.1/29')],
    warnings: [],
  });
});

test('does not configure an address in use, and reports the holder’s MAC in one spelling', async () => {
  const replies: CannedReply[] = [
    [arping('198.18.0.1'), SOMEBODY_HAS_IT],
    [arping('198.18.0.3'), FREE],
    [add('198.18.0.3/29'), ''],
  ];
  expect(await take(V4, replies)).toEqual({
    taken: '198.18.0.3/29',
    typed: replies.map(([command]) => command),
    warnings: ["198.18.0.1 is taken: 02:ab:00:00:00:0f answers for it; VMI 'ns/vm' takes another"],
  });
});

test('treats a reply as a conflict whatever the exit status', async () => {
  const { typed } = await take(V4, [
    [arping('198.18.0.1'), SOMEBODY_HAS_IT.replace(/1\n$/, '0\n')],
    [arping('198.18.0.3'), FREE],
    [add('198.18.0.3/29'), ''],
  ]);
  expect(typed).not.toContain(add('198.18.0.1/29'));
});

test('configures no address and reports each one when all are in use', async () => {
  const { taken, typed, warnings } = await take(V4, [[/arping /, SOMEBODY_HAS_IT]]);
  const each = ['198.18.0.1', '198.18.0.3', '198.18.0.5'];
  expect(taken).toBe(
    `SetupFailed: no address for VMI 'ns/vm': ${each.map((address) => `${address} is taken: 02:ab:00:00:00:0f answers for it`).join('; ')}`,
  );
  expect(typed).toEqual(each.map(arping));
  // The error contains the last one.
  expect(warnings).toHaveLength(2);
});

for (const [what, output, status, why] of [
  ['is missing', 'sh: arping: not found\n', 127, 'sh: arping: not found'],
  // The arping of Habets has a -D with another meaning.
  [
    'is another one, with the same exit status',
    'arping: Unable to get the IPv4 address of interface eth0:\n',
    1,
    'arping: Unable to get the IPv4 address of interface eth0:',
  ],
  [
    'could send nothing',
    'ARPING\nSent 0 probes (0 broadcast(s))\nReceived 0 response(s)\n',
    1,
    'ARPING Sent 0 probes (0 broadcast(s)) Received 0 response(s)',
  ],
] as const) {
  test(`uses the address with a warning when arping ${what}`, async () => {
    expect(
      await take(V4, [
        [arping('198.18.0.1'), `${output}${status}\n`],
        [add('198.18.0.1/29'), ''],
      ]),
    ).toEqual({
      taken: '198.18.0.1/29',
      typed: [arping('198.18.0.1'), add('198.18.0.1/29')],
      warnings: [`whether 198.18.0.1 is in use was not checked: arping in the guest of VMI 'ns/vm': ${why} ${status}`],
    });
  });
}

test('reads "no reply" from an arping that exits as after a reply', async () => {
  const { taken, warnings } = await take(V4, [
    [arping('198.18.0.1'), FREE.replace(/0\n$/, '1\n')],
    [add('198.18.0.1/29'), ''],
  ]);
  expect(taken).toBe('198.18.0.1/29');
  expect(warnings).toEqual([]);
});

test('treats an address as free after half a second without a reply', async () => {
  for (const noReply of [NO_REPLY_YET, '']) {
    const { typed, warnings } = await take(V4, [
      [arping('198.18.0.1'), { output: noReply, status: 1 }],
      [add('198.18.0.1/29'), ''],
    ]);
    expect(typed).toEqual([arping('198.18.0.1'), add('198.18.0.1/29')]);
    expect(warnings).toEqual([]);
  }
});

test('probes a fixed address twice and tries no other', async () => {
  const asked =
    'arping -D -c 2 -w 2 -I eth0 10.1.0.5 >/tmp/arping 2>&1; echo $? >/tmp/arping.status; cat /tmp/arping /tmp/arping.status';
  const fixed: AddressPlan = { family: 'ipv4', fixed: true, candidates: [cidr('10.1.0.5/24')] };
  const free: CannedReply[] = [
    [asked, FREE],
    [add('10.1.0.5/24'), ''],
  ];
  expect((await take(fixed, free)).typed).toEqual([asked, add('10.1.0.5/24')]);
  const { taken, typed, warnings } = await take(fixed, [[asked, SOMEBODY_HAS_IT]]);
  expect(taken).toBe("SetupFailed: no address for VMI 'ns/vm': 10.1.0.5 is taken: 02:ab:00:00:00:0f answers for it");
  expect([typed, warnings]).toEqual([[asked], []]);
});

const ASSIGNED = { output: 'Error: ipv4: Address already assigned.\n', status: 2 };

test('succeeds when the address is already configured', async () => {
  const replies: CannedReply[] = [
    [arping('198.18.0.1'), FREE],
    [add('198.18.0.1/29'), ASSIGNED],
    [SHOW, shown('198.18.0.1/29', 'eth0')],
  ];
  expect(await take(V4, replies)).toMatchObject({ taken: '198.18.0.1/29', typed: replies.map(([command]) => command) });
});

test('fails when the address is not configured afterwards, whatever ip prints', async () => {
  for (const shownThere of ['', shown('198.18.0.3/29'), '3: eth1    inet 198.18.0.1/29 scope global eth1\n']) {
    const replies: CannedReply[] = [
      [arping('198.18.0.1'), FREE],
      [add('198.18.0.1/29'), ASSIGNED],
      [SHOW, shownThere],
    ];
    const { taken, typed } = await take(V4, replies);
    expect(taken).toBe(
      "SetupFailed: failed to set 198.18.0.1/29 in the guest of VMI 'ns/vm': Error: ipv4: Address already assigned.",
    );
    expect(typed).toHaveLength(3);
  }
});

test('uses an IPv6 address after duplicate address detection has completed', async () => {
  const shows = [shown('fd00::1/64', 'tentative '), shown('fd00::1/64')] as const;
  expect(
    await take(V6, [
      [add('fd00::1/64'), ''],
      [SHOW, '', ...shows],
    ]),
  ).toEqual({
    taken: 'fd00::1/64',
    typed: [add('fd00::1/64'), SHOW, SHOW, SHOW],
    warnings: [],
  });
});

test('removes an IPv6 address in use and uses the next one', async () => {
  const duplicate = shown('fd00::1/64', 'dadfailed tentative ');
  const remove = 'ip -6 addr del fd00::1/64 dev eth0 2>&1';
  const replies: CannedReply[] = [
    [add('fd00::1/64'), ''],
    [SHOW, shown('fd00::1/64', 'tentative '), duplicate, `${duplicate}${shown('fd00::3/64')}`],
    [remove, ''],
    [add('fd00::3/64'), ''],
  ];
  expect(await take(V6, replies)).toEqual({
    taken: 'fd00::3/64',
    typed: [add('fd00::1/64'), SHOW, SHOW, remove, add('fd00::3/64'), SHOW],
    warnings: ["fd00::1 is taken: another host answers for it; VMI 'ns/vm' takes another"],
  });
});

test('does not use an IPv6 address that stays tentative', async () => {
  const replies: CannedReply[] = [
    [add('fd00::1/64'), ''],
    [SHOW, shown('fd00::1/64', 'tentative ')],
  ];
  const { taken } = await take(V6, replies, abortsAt(/tentative/, 'SetupFailed'));
  expect(taken).toMatch(
    /^SetupFailed: failed to wait for duplicate address detection of fd00::1 in the guest of VMI 'ns\/vm': "2: eth0 .* tentative /,
  );
});
