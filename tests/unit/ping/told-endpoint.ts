/** Two guests with addresses, whose shells answer what they were told to. */
import type { Endpoint, Endpoints, Tracked } from '../../../fixtures/ping/endpoint.ts';
import type { Path } from '../../../fixtures/ping/paths.ts';
import type { PingTool } from '../../../fixtures/ping/ping-tool.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { ToldShell, type Told } from '../guest/told-shell.ts';

/** A VMI to which nothing happens. */
export const UNDISTURBED: Tracked = {
  check: () => Promise.resolve(),
  verify: () => Promise.resolve(),
  disrupted: () => Promise.withResolvers<undefined>().promise,
};

export const IPUTILS: PingTool = { name: 'ping from iputils 20221126', kind: 'iputils', precise: false };
export const BUSYBOX: PingTool = { name: 'ping from BusyBox v1.36.1', kind: 'busybox', precise: false };

interface ToldEndpoint extends Endpoint {
  readonly shell: ToldShell;
}

interface ToldEndpoints extends Endpoints {
  readonly source: ToldEndpoint;
  readonly target: ToldEndpoint;
}

/** 198.18.0.1 and fd00::1 ping 198.18.0.2 and fd00::2. */
export function toldEndpoints(source: readonly Told[], target: readonly Told[] = []): ToldEndpoints {
  const endpoint = (host: number, told: readonly Told[], name: string): ToldEndpoint => ({
    shell: new ToldShell(told, name),
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
