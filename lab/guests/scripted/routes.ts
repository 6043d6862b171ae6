import { isIPv6 } from 'node:net';
import type { Address } from './addresses.ts';
import type { IpStack } from './ip-stack.ts';

/** How a machine reaches an address: it is its own, it is on one of its links, or not at all. */
export type Route =
  | { kind: 'own' }
  | { kind: 'link'; stack: IpStack; source: string }
  | { kind: 'none'; reason: 'Network is unreachable' | 'Cannot assign requested address' };

export function routeTo(destination: string, stacks: IpStack[]): Route {
  const loopback = isIPv6(destination) ? destination === '::1' : destination.startsWith('127.');
  if (loopback || stacks.some(({ addresses }) => addresses.owns(destination))) return { kind: 'own' };
  const routes = stacks
    .map((stack) => ({ stack, source: stack.addresses.sourceFor(destination) }))
    .filter((route): route is { stack: IpStack; source: Address } => route.source !== undefined);
  const usable = routes.find(({ source }) => source.state === 'usable');
  if (usable) return { kind: 'link', stack: usable.stack, source: usable.source.address };
  return { kind: 'none', reason: routes.length === 0 ? 'Network is unreachable' : 'Cannot assign requested address' };
}
