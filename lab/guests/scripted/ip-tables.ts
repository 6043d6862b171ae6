// SPDX-License-Identifier: Apache-2.0
import { networkAddress, type Family } from '../../packets/addresses.ts';
import type { Address } from './addresses.ts';
import type { Link } from './link.ts';
import type { Reachable } from './ping-run.ts';

/** Routes, neighbours and counters as `ip` of iproute2 6.1 prints them. Most lines end with a space. */

export function routeLines(links: Link[], family: Family, only: string | undefined): string {
  const routes = shown(links, only).flatMap((link) => {
    const own = link.addresses.of(family).filter(({ prefixLength }) => prefixLength < (family === 4 ? 32 : 128));
    const byNetwork = new Map<string, Address>();
    // The route of a network has the first of the addresses in it.
    for (const address of link.up ? own : []) {
      const network = networkOf(address);
      if (!byNetwork.has(network)) byNetwork.set(network, address);
    }
    return [...byNetwork].map(([network, address]) =>
      routeLine(link, address, only === undefined ? `${network} dev ${link.name}` : network),
    );
  });
  return routes.join('');
}

/** A route that the kernel adds for a network on the link. There are no other routes. */
function routeLine({ carrier }: Link, { family, address }: Address, target: string): string {
  const down = carrier ? '' : 'linkdown ';
  return family === 4
    ? `${target} proto kernel scope link src ${address} ${down}\n`
    : `${target} proto kernel metric 256 ${down}pref medium\n`;
}

/** Renders an existing route as `ip route get` does. */
export function routeGetLines({ family, address }: Pick<Address, 'family' | 'address'>, route: Reachable): string {
  const from = family === 4 ? '' : ' from ::';
  const metric = family === 4 ? '' : ' metric 0 pref medium';
  if (route.kind === 'own')
    return `local ${address}${from} dev lo src ${address} uid 0${metric} \n    cache <local> \n`;
  const { link, source } = route;
  return `${address}${from} dev ${link.name} src ${source} uid 0${metric} \n    cache \n`;
}

function networkOf({ address, prefixLength }: Address): string {
  return `${networkAddress(address, prefixLength)}/${prefixLength}`;
}

export function neighbourLines(links: Link[], families: Family[], only: string | undefined): string {
  const lines = families.flatMap((family) =>
    shown(links, only).flatMap(({ name, neighbours }) =>
      neighbours.entries(family).map(({ address, mac, state }) => {
        const where = only === undefined ? ` dev ${name}` : '';
        return `${address}${where}${mac === undefined ? '' : ` lladdr ${mac}`} ${state} \n`;
      }),
    ),
  );
  return lines.join('');
}

const RECEIVED = ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'];
const SENT = ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'];
const WIDTHS = [10, 7, 6, 7, 7, 7];

/** Renders the counters of `ip -s link`. The lab counts no errors. */
export function statisticsLines(link: Link | undefined): string {
  const { received = NOTHING, sent = NOTHING, unsent = 0 } = link?.counters ?? {};
  const columns = [
    [received.bytes, received.packets, 0, 0, 0, 0],
    [sent.bytes, sent.packets, 0, unsent, 0, 0],
  ].map((row) => row.map(String));
  const widths = WIDTHS.map((width, i) => Math.max(width, ...columns.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) => cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join(' ');
  const header = (title: string, names: string[]) =>
    // iproute2 leaves the place of a last column that these links do not have.
    `    ${title}${line(names).slice(title.length)}${' '.repeat(11)}\n`;
  const [rx = [], tx = []] = columns;
  return `${header('RX:', RECEIVED)}    ${line(rx)} \n${header('TX:', SENT)}    ${line(tx)} \n`;
}

const NOTHING = { bytes: 0, packets: 0 };

function shown(links: Link[], only: string | undefined): Link[] {
  return links.filter(({ name }) => only === undefined || name === only);
}
