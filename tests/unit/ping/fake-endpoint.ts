// SPDX-License-Identifier: Apache-2.0
/** Two guests with addresses and fake shells. */
import type { Endpoint, Endpoints, Tracked } from '../../../fixtures/ping/endpoint.ts';
import type { Path } from '../../../fixtures/ping/paths.ts';
import type { PingTool } from '../../../fixtures/ping/ping-tool.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { FakeShell, type CannedReply } from '../guest/fake-shell.ts';

/** A VMI without a disruption. */
export const UNDISTURBED: Tracked = {
  check: () => Promise.resolve(),
  verify: () => Promise.resolve(),
  disrupted: () => Promise.withResolvers<undefined>().promise,
};

export const IPUTILS: PingTool = { name: 'ping from iputils 20221126', kind: 'iputils', precise: false };
export const BUSYBOX: PingTool = { name: 'ping from BusyBox v1.36.1', kind: 'busybox', precise: false };

interface FakeEndpoint extends Endpoint {
  readonly shell: FakeShell;
}

interface FakeEndpoints extends Endpoints {
  readonly source: FakeEndpoint;
  readonly target: FakeEndpoint;
}

/** 198.18.0.1 and fd00::1 ping 198.18.0.2 and fd00::2. */
export function fakeEndpoints(source: readonly CannedReply[], target: readonly CannedReply[] = []): FakeEndpoints {
  const endpoint = (host: number, replies: readonly CannedReply[], name: string): FakeEndpoint => ({
    shell: new FakeShell(replies, name),
    tracked: UNDISTURBED,
    addresses: [
      { family: 'ipv4', address: `198.18.0.${host}`, prefixLength: 29 },
      { family: 'ipv6', address: `fd00::${host}`, prefixLength: 64 },
    ],
    interfaceName: 'eth0',
    mtuBytes: 1500,
  });
  return { source: endpoint(1, source, 'source'), target: endpoint(2, target, 'target') };
}

export function pathBetween({ source, target }: Endpoints, family: IpFamily = 'ipv4'): Path {
  const [fromAddress, toAddress] = family === 'ipv4' ? ['198.18.0.1', '198.18.0.2'] : ['fd00::1', 'fd00::2'];
  return { route: { family, direction: 'sourceToTarget' }, from: source, to: target, fromAddress, toAddress };
}
