// SPDX-License-Identifier: Apache-2.0
import type { Family } from '../../packets/addresses.ts';
import { parseAddress, type Address } from './addresses.ts';
import type { Link } from './link.ts';
import { neighbourLines, routeGetLines, routeLines, statisticsLines } from './ip-tables.ts';
import { addressLines, addressParagraphs, linkLines, linkParagraphs, LOOPBACK } from './ip-output.ts';
import { routeTo } from './routes.ts';
import type { Program } from './shell.ts';

/** Output and exit status of `ip`. */
interface Outcome {
  status: number;
  printed?: string;
  complaint?: string;
}

const DONE: Outcome = { status: 0 };

/** The part of iproute2's `ip` that sets up a NIC and shows its state. */
export function ipCommand(links: Link[]): Program {
  return (args, { out, error }) => {
    const { status, printed, complaint } = run(args, links);
    if (printed !== undefined) out.write(printed);
    if (complaint !== undefined) error.write(`${complaint}\n`);
    return status;
  };
}

function run(args: string[], links: Link[]): Outcome {
  const first = args.findIndex((arg) => !arg.startsWith('-'));
  const [options, [object = '', action = 'show', ...rest]] = [args.slice(0, first), args.slice(first)];
  const unknown = options.find((option) => !['-o', '-s', '-4', '-6'].includes(option));
  if (first < 0 || unknown !== undefined) return failed(`Option "${unknown ?? ''}" is unknown, try "ip -help".`, 255);
  const families = ([4, 6] as const).filter((family) => options.includes(`-${family}`));
  const question = `${object} ${action}`;
  if (/^(link|addr|address|route|neigh) (show|list)$/.test(question)) {
    return show(object, rest, { options, families }, links);
  }
  if (question === 'route get') return getRoute(rest[0] ?? '', links);
  if (question === 'neigh flush') return flushNeighbour(rest, links);
  if (question === 'link set') return setLink(rest, links);
  if (/^(addr|address) (add|del)$/.test(question)) return changeAddress(action === 'add', rest, links);
  if (/^(addr|address) flush$/.test(question)) return flush(rest, families.length === 0 ? [4, 6] : families, links);
  return failed(`Object "${question}" is unknown, try "ip help".`, 1);
}

interface Asked {
  options: string[];
  /** Empty: both, or IPv4 where only one can be shown. */
  families: Family[];
}

function show(object: string, rest: string[], { options, families }: Asked, links: Link[]): Outcome {
  const only = rest[0] === 'dev' ? rest[1] : rest[0];
  const known = only === undefined || only === LOOPBACK || deviceNamed(only, links) !== undefined;
  const both: Family[] = families.length === 0 ? [4, 6] : families;
  const folded = options.includes('-o');
  switch (object) {
    case 'route':
      if (!known) return failed(`Cannot find device "${only}"`, 1);
      return { status: 0, printed: routeLines(links, families[0] ?? 4, only) };
    case 'neigh':
      if (!known) return failed(`Cannot find device "${only}"`, 1);
      return { status: 0, printed: neighbourLines(links, both, only) };
  }
  if (!known) return failed(`Device "${only}" does not exist.`, 1);
  if (object !== 'link') {
    const addresses = folded ? addressLines : addressParagraphs;
    return { status: 0, printed: addresses(links, both, only) };
  }
  if (folded) return { status: 0, printed: linkLines(links, only) };
  return { status: 0, printed: linkParagraphs(links, only, options.includes('-s') ? statisticsLines : undefined) };
}

/** Prints how the kernel would reach an address. */
function getRoute(written: string, links: Link[]): Outcome {
  const host = parseAddress(`${written}/${written.includes(':') ? 128 : 32}`);
  if (!host) return failed(`Error: any valid prefix is expected rather than "${written}".`, 1);
  const route = routeTo(host.address, links);
  return route.kind === 'none'
    ? failed(`RTNETLINK answers: ${route.reason}`, 2)
    : { status: 0, printed: routeGetLines(host, route) };
}

/** `[dev] NAME up|down` */
function setLink(rest: string[], links: Link[]): Outcome {
  const [name = '', state] = rest[0] === 'dev' ? rest.slice(1) : rest;
  const link = deviceNamed(name, links);
  if (!link) return failed(`Cannot find device "${name}"`, 1);
  if (state !== 'up' && state !== 'down') return failed(`Error: argument "${state ?? ''}" is wrong`, 255);
  link.up = state === 'up';
  return DONE;
}

/** `CIDR dev NAME` */
function changeAddress(add: boolean, [cidr = '', dev, name = '']: string[], links: Link[]): Outcome {
  const address = parseAddress(cidr);
  if (!address) return failed(`Error: any valid prefix is expected rather than "${cidr}".`, 1);
  const link = dev === 'dev' ? deviceNamed(name, links) : undefined;
  if (!link) return failed(`Cannot find device "${name}"`, 1);
  return add ? addAddress(address, link) : removeAddress(address, link);
}

/** `dev NAME scope global` */
function flush([dev, name = '', ...filter]: string[], families: Family[], links: Link[]): Outcome {
  const link = dev === 'dev' ? deviceNamed(name, links) : undefined;
  if (!link) return failed(`Cannot find device "${name}"`, 1);
  if (filter.join(' ') !== 'scope global') return failed('ip: SIMULATED guest flushes only what has scope global', 255);
  for (const address of families.flatMap((family) => link.addresses.of(family))) {
    if (address.scope === 'global') link.addresses.remove(address);
  }
  return DONE;
}

/** `to ADDRESS` */
function flushNeighbour([to, address = '']: string[], links: Link[]): Outcome {
  if (to !== 'to') return failed('ip: SIMULATED guest flushes only one neighbour: to ADDRESS', 255);
  for (const { neighbours } of links) neighbours.forget(address);
  return DONE;
}

function addAddress(address: Address, link: Link): Outcome {
  if (address.family === 6 && link.isIpv6Disabled) return failed('RTNETLINK answers: Permission denied', 2);
  if (link.addresses.find(address)) return failed('RTNETLINK answers: File exists', 2);
  link.add(address);
  return DONE;
}

function removeAddress(address: Address, { addresses }: Link): Outcome {
  const known = addresses.find(address);
  if (!known) return failed('RTNETLINK answers: Cannot assign requested address', 2);
  addresses.remove(known);
  return DONE;
}

function deviceNamed(name: string, links: Link[]): Link | undefined {
  return links.find((link) => link.name === name);
}

function failed(complaint: string, status: number): Outcome {
  return { status, complaint };
}
