// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net';
import type { Address } from './addresses.ts';
import type { Link } from './link.ts';

/** How a machine reaches an address: its own, on one of its links, or not at all. */
export type Route =
  | { kind: 'own' }
  | { kind: 'link'; link: Link; source: string }
  | { kind: 'none'; reason: 'Network is unreachable' | 'Cannot assign requested address' };

export function routeTo(destination: string, links: Link[]): Route {
  const loopback = isIPv6(destination) ? destination === '::1' : destination.startsWith('127.');
  if (loopback || links.some((link) => link.owns(destination))) return { kind: 'own' };
  const routes = links
    .filter(({ up }) => up)
    .map((link) => ({ link, source: link.addresses.sourceFor(destination) }))
    .filter((route): route is { link: Link; source: Address } => route.source !== undefined);
  const usable = routes.find(({ source }) => source.state === 'usable');
  if (usable) return { kind: 'link', link: usable.link, source: usable.source.address };
  return { kind: 'none', reason: routes.length === 0 ? 'Network is unreachable' : 'Cannot assign requested address' };
}
