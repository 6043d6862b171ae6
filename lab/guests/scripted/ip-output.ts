// SPDX-License-Identifier: Apache-2.0
import type { Family } from '../../packets/addresses.ts';
import type { Address } from './addresses.ts';
import type { Link } from './link.ts';

/** Links and addresses as `ip` of iproute2 prints them: one line each with `-o`, several without. */

export const LOOPBACK = 'lo';
const LOOPBACK_LINK =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\' +
  '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n';
const FOREVER = '\\       valid_lft forever preferred_lft forever\n';
const LOOPBACK_ADDRESS = {
  4: `1: lo    inet 127.0.0.1/8 scope host lo${FOREVER}`,
  6: `1: lo    inet6 ::1/128 scope host ${FOREVER}`,
};

export function linkLines(links: Link[], only: string | undefined): string {
  const own = links.map((link) => ({ name: link.name, text: linkLine(link) }));
  return [{ name: LOOPBACK, text: LOOPBACK_LINK }, ...own].map(shownIf(only)).join('');
}

export function addressLines(links: Link[], families: Family[], only: string | undefined): string {
  const loopback = families.map((family) => LOOPBACK_ADDRESS[family]).join('');
  const own = links.map((link) => {
    const addresses = families.flatMap((family) => link.addresses.of(family));
    const lines = addresses.map((address) => addressLine(link, address));
    return { name: link.name, text: lines.join('') };
  });
  return [{ name: LOOPBACK, text: loopback }, ...own].map(shownIf(only)).join('');
}

/** Without `-o`; the text that `below` returns follows each link. */
export function linkParagraphs(
  links: Link[],
  only: string | undefined,
  below: (link: Link | undefined) => string = () => '',
): string {
  const own = links.map((link) => ({ name: link.name, text: unfolded(linkLine(link)) + below(link) }));
  const loopback = { name: LOOPBACK, text: unfolded(LOOPBACK_LINK) + below(undefined) };
  return [loopback, ...own].map(shownIf(only)).join('');
}

/** Without `-o`: links with their addresses. With one family, only links that have such addresses, without their MACs. */
export function addressParagraphs(links: Link[], families: Family[], only: string | undefined): string {
  const names = [LOOPBACK, ...links.map(({ name }) => name)];
  const whole = families.length > 1;
  const paragraphs = names
    .filter((name) => only === undefined || name === only)
    .map((name) => {
      const lines = unfolded(addressLines(links, families, name)).replaceAll(/^\d+: \S+ {4}/gm, '    ');
      const link = linkParagraphs(links, name).replace(' mode DEFAULT', '');
      if (whole) return link + lines;
      return lines === '' ? '' : link.replace(/\n[^]*$/, '\n') + lines;
    });
  return paragraphs.join('');
}

function unfolded(lines: string): string {
  return lines.replaceAll('\\', '\n');
}

function shownIf(only: string | undefined): (link: { name: string; text: string }) => string {
  return ({ name, text }) => (only === undefined || only === name ? text : '');
}

function linkLine({ index, name, mac, mtu, up, carrier }: Link): string {
  const flags = [
    ...(up && !carrier ? ['NO-CARRIER'] : []),
    'BROADCAST',
    'MULTICAST',
    ...(up ? ['UP', ...(carrier ? ['LOWER_UP'] : [])] : []),
  ].join(',');
  const state = `qdisc ${up ? 'fq_codel' : 'noop'} state ${up && carrier ? 'UP' : 'DOWN'}`;
  return (
    `${index}: ${name}: <${flags}> mtu ${mtu} ${state} mode DEFAULT group default qlen 1000\\` +
    `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n`
  );
}

function addressLine({ index, name }: Link, own: Address): string {
  const { family, address, prefixLength, broadcast, scope } = own;
  const network = `${address}/${prefixLength}${broadcast === undefined ? '' : ` brd ${broadcast}`}`;
  // An IPv4 address ends with a label, an IPv6 address with a space.
  const words = [`scope ${scope}`, ...flagsOf(own), ...(family === 4 ? [name] : [''])].join(' ');
  return `${index}: ${name}    ${family === 4 ? 'inet' : 'inet6'} ${network} ${words}${lifetimeOf(own)}`;
}

function flagsOf({ state, assignedBy }: Address): string[] {
  const detection = { usable: [], tentative: ['tentative'], duplicate: ['dadfailed', 'tentative'] }[state];
  return [...detection, ...(assignedBy ? ['dynamic'] : []), ...(assignedBy === 'router' ? ['mngtmpaddr'] : [])];
}

function lifetimeOf({ lifetime }: Address): string {
  if (!lifetime) return FOREVER;
  const elapsed = Math.floor((performance.now() - lifetime.sinceMs) / 1000);
  const left = (seconds: number) => (seconds === 0xffffffff ? 'forever' : `${Math.max(0, seconds - elapsed)}sec`);
  return `\\       valid_lft ${left(lifetime.validSeconds)} preferred_lft ${left(lifetime.preferredSeconds)}\n`;
}
