// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { Cidr } from '../../../fixtures/addresses/cidr.ts';
import { parseCidr } from '../../../fixtures/addresses/cidr.ts';
import type { Endpoints } from '../../../fixtures/ping/endpoint.ts';
import { requireDistinctAddresses, requireForeignStill, requirePath } from '../../../fixtures/ping/require-path.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { FakeShell, type CannedReply } from '../guest/fake-shell.ts';
import { pathBetween, fakeEndpoints, UNDISTURBED } from './fake-endpoint.ts';

const SHOW = 'ip -o addr show dev eth0';
const UNREACHABLE = { output: 'RTNETLINK answers: Network is unreachable\n', status: 2 };

/** Lines of `ip -o addr show`. */
function shown(...cidrs: string[]): string {
  return cidrs
    .map(
      (cidr) => `2: eth0    ${cidr.includes(':') ? 'inet6' : 'inet'} ${cidr} scope global \\       valid_lft forever\n`,
    )
    .join('');
}

interface Compared {
  readonly error: unknown;
  readonly warnings: readonly string[];
}

async function compare(source: string[], target: string[], families: IpFamily[] = ['ipv4', 'ipv6']): Promise<Compared> {
  const endpoints = fakeEndpoints([[SHOW, shown(...source)]], [[SHOW, shown(...target)]]);
  const warnings: string[] = [];
  const warn = (message: string): Promise<void> => {
    warnings.push(message);
    return Promise.resolve();
  };
  const error = await requireDistinctAddresses([endpoints.source, endpoints.target], families, warn).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, warnings };
}

const LINK_LOCAL = ['fe80::1/64', 'fe80::2/64'] as const;
const BOTH = "VMI 'ns/source' and VMI 'ns/target' have the same address";

for (const [what, source, target, equal] of [
  ['IPv4', ['10.0.0.10/24', 'fd00::1/64'], ['10.0.0.10/24', 'fd00::2/64'], '10.0.0.10'],
  ['IPv6', ['10.0.0.1/24', 'fd00::1/64'], ['10.0.0.2/24', 'FD00:0:0::1/64'], 'fd00::1'],
  ['both families', ['10.0.0.1/24', 'fd00::1/64'], ['10.0.0.1/24', 'fd00::1/64'], '10.0.0.1, fd00::1'],
  ['another prefix length', ['10.0.0.1/24'], ['10.0.0.1/16'], '10.0.0.1'],
  ['a second address', ['10.0.0.1/24', '10.0.0.9/24'], ['10.0.0.2/24', '10.0.0.9/24'], '10.0.0.9'],
  ['a link-local address', [LINK_LOCAL[0], 'fd00::1/64'], ['fe80::1/64', 'fd00::2/64'], 'fe80::1'],
] as const) {
  test(`fails with SetupFailed when the VMs share ${what}`, async () => {
    const { error } = await compare([...source], [...target]);
    expect(error).toMatchObject({ code: 'SetupFailed', message: `${BOTH}: ${equal}` });
  });
}

test('accepts VMs without a common address', async () => {
  const { error, warnings } = await compare(['10.0.0.1/24', LINK_LOCAL[0]], ['10.0.0.2/24', LINK_LOCAL[1]]);
  expect([error, warnings]).toEqual([undefined, []]);
});

test('warns when the VMs share an address of a family that is not measured', async () => {
  const { error, warnings } = await compare(['10.0.0.1/24', 'fd00::1/64'], ['10.0.0.1/24', 'fd00::2/64'], ['ipv6']);
  expect([error, warnings]).toEqual([undefined, [`${BOTH}: 10.0.0.1; ipv4 is not measured`]]);
});

const routeCommand = (family: IpFamily, address: string): string =>
  `ip -o addr show; ip ${family === 'ipv4' ? '-4' : '-6'} route get ${address} 2>&1`;

/** Returns two guests with these addresses; by default, each has a route to the other. */
function pair(
  own: string,
  other: string,
  source: CannedReply[1] | undefined,
  target: CannedReply[1] | undefined,
): Endpoints {
  const [from, to] = [own, other].map(parseCidr) as [Cidr, Cidr];
  const onLink = (address: string): string => `${shown('10.99.0.1/32')}${address} dev eth0 src 10.99.0.1 \n`;
  const shells = [
    new FakeShell([[routeCommand(from.family, to.address), source ?? onLink(to.address)]], 'source'),
    new FakeShell([[routeCommand(from.family, from.address), target ?? onLink(from.address)]], 'target'),
  ] as const;
  const endpoint = (shell: FakeShell, cidr: Cidr) => ({
    shell,
    tracked: UNDISTURBED,
    addresses: [cidr],
    interfaceName: 'eth0',
    mtuBytes: 1500,
  });
  return { source: endpoint(shells[0], from), target: endpoint(shells[1], to) };
}

function pathOf(endpoints: Endpoints): ReturnType<typeof pathBetween> {
  const [from, to] = [endpoints.source.addresses[0], endpoints.target.addresses[0]];
  const path = pathBetween(endpoints, from?.family);
  return { ...path, fromAddress: from?.address ?? '', toAddress: to?.address ?? '' };
}

const required = (...given: Parameters<typeof pair>): Promise<string | undefined> =>
  requirePath(pathOf(pair(...given)));

test('accepts VMs on one link, and reports a router between two subnets', async () => {
  expect(await required('10.0.0.1/24', '10.0.0.2/24', undefined, undefined)).toBeUndefined();
  const routed = '10.2.0.2 via 10.1.0.254 dev eth0 src 10.1.0.1 \n';
  expect(await required('10.1.0.1/24', '10.2.0.2/24', routed, undefined)).toBe('10.1.0.254');
});

for (const [what, own, other, source, target, reason] of [
  [
    'IPv4',
    '10.1.0.5/24',
    '10.2.0.5/24',
    UNREACHABLE,
    UNREACHABLE,
    'the guest "source" has no route to 10.2.0.5, the guest "target" has no route to 10.1.0.5',
  ],
  [
    'IPv6',
    'fd01::5/64',
    'fd02::5/64',
    UNREACHABLE,
    UNREACHABLE,
    'the guest "source" has no route to fd02::5, the guest "target" has no route to fd01::5',
  ],
  [
    '/32',
    '10.1.0.5/32',
    '10.1.0.6/32',
    UNREACHABLE,
    UNREACHABLE,
    'the guest "source" has no route to 10.1.0.6, the guest "target" has no route to 10.1.0.5',
  ],
  [
    'a longer prefix on the other side',
    '10.1.0.5/24',
    '10.1.0.200/25',
    undefined,
    UNREACHABLE,
    'the guest "target" has no route to 10.1.0.5',
  ],
  [
    'a way there and none back',
    '10.1.0.5/24',
    '10.2.0.5/24',
    '10.2.0.5 via 10.1.0.1 dev eth0 \n',
    UNREACHABLE,
    'the guest "target" has no route to 10.1.0.5',
  ],
] as const) {
  test(`fails with NoConnectivity when the VMs are in different subnets: ${what}`, async () => {
    await expect(required(own, other, source, target)).rejects.toMatchObject({
      code: 'NoConnectivity',
      message: `no connectivity - different subnets: VMI 'ns/source' has ${own}, VMI 'ns/target' has ${other}, and ${reason}`,
    });
  });
}

test('reports "no route" when the subnet is the same and a guest has no route', async () => {
  await expect(required('10.0.0.1/24', '10.0.0.2/24', UNREACHABLE, undefined)).rejects.toMatchObject({
    code: 'NoConnectivity',
    message: /^no connectivity - no route: /,
  });
});

test('leaves the check to ping when the `ip` of a guest does not show routes', async () => {
  const unknown = { output: 'Usage: ip route\n', status: 1 };
  expect(await required('10.1.0.5/24', '10.2.0.5/24', unknown, unknown)).toBeUndefined();
});

for (const [what, own, other, line] of [
  [
    'IPv4',
    '10.0.0.1/24',
    '10.0.0.2/24',
    '2: eth0    inet 10.0.0.2/24 scope global secondary eth0\n10.0.0.2 dev eth0 \n',
  ],
  ['IPv6', 'fd00::1/64', 'fd00::2/64', '3: eth1    inet6 fd00::2/64 scope global dynamic \nfd00::2 dev eth0 \n'],
  ['the loopback', '10.0.0.1/24', '10.0.0.2/24', '1: lo    inet 10.0.0.2/32 scope global lo\nlocal 10.0.0.2 dev lo \n'],
  ['a local route', '10.0.0.1/24', '10.0.0.2/24', 'local 10.0.0.2 dev lo src 10.0.0.2 \n'],
] as const) {
  test(`fails with MeasurementFailed when the source got the target's address later: ${what}`, async () => {
    const path = pathOf(pair(own, other, line, undefined));
    const failure = {
      code: 'MeasurementFailed',
      message:
        /^VMI 'ns\/source' would answer its own pings: \S+ of VMI 'ns\/target' is also an address of its interface (eth0|eth1|lo)$/,
    };
    await expect(requirePath(path)).rejects.toMatchObject(failure);
    await expect(requireForeignStill(path)).rejects.toMatchObject(failure);
  });
}

test("fails with MeasurementFailed when the target got the source's address later", async () => {
  const local = 'local 10.0.0.1 dev lo src 10.0.0.1 \n';
  await expect(required('10.0.0.1/24', '10.0.0.2/24', undefined, local)).rejects.toMatchObject({
    code: 'MeasurementFailed',
    message: /^VMI 'ns\/target' would answer its own pings: 10\.0\.0\.1 of VMI 'ns\/source'/,
  });
});
