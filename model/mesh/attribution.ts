// SPDX-License-Identifier: Apache-2.0
/**
 * Attributes the bad pairs of a mesh to what they have in common: a node, a zone, the connections of zones. Greedy, so that each
 * suspect can be explained by two numbers: how many of its pairs were measured, and how many of them are bad.
 */
import { quantile } from '../statistics.ts';
import { countedSample, isFailed, isMeasured, type MeshPair } from './pair.ts';
import { SUSPECT_KINDS, type Suspect } from './suspect.ts';

/** A suspect with the pairs of nodes that it explains. */
export interface Attribution extends Pick<Suspect, 'kind' | 'names' | 'bad' | 'of' | 'slow'> {
  readonly explained: readonly Link[];
}

/** Two nodes, whichever of them pings. */
interface Link {
  /** Sorted. */
  readonly nodes: readonly [string, string];
  failed: boolean;
  /** Of the slowest of its pairs. */
  p50Ns?: number;
}

/** The links that share a node or a zone. */
interface Group {
  readonly kind: Suspect['kind'];
  readonly names: readonly string[];
  readonly links: Link[];
  /** Of the links that no suspect explains. */
  measured: number;
  bad: number;
}

const SHARE = 0.8;
const AT_LEAST = 3;
const SLOW_FACTOR = 3;
/** More have no value for a reader, and each costs a pass over all groups. */
const MOST = 50;

/**
 * Returns what failed first, then what is slow (median above three times that of the network); within both, the suspect that explains
 * most comes first, and links without a common cause come last. Time and memory are linear in the number of pairs.
 * @param zones the zone of each node that has one
 */
export function attribute(pairs: readonly MeshPair[], zones: Readonly<Record<string, string>>): Attribution[] {
  const links = linksOf(pairs);
  const failed = explain(links, ({ failed }) => failed, zones);
  const explained = new Set(failed.flatMap((suspect) => suspect.explained));
  const rest = links.filter((link) => !explained.has(link));
  const slowNs = SLOW_FACTOR * (medianNs(links) ?? Infinity);
  const timed = rest.filter(({ p50Ns }) => p50Ns !== undefined);
  const isSlow = ({ p50Ns = 0 }: Link): boolean => p50Ns > slowNs;
  const slow = explain(timed, isSlow, zones).map((suspect): Attribution => ({ ...suspect, slow: true }));
  for (const link of slow.flatMap((suspect) => suspect.explained)) explained.add(link);
  const single = rest.filter((link) => !explained.has(link));
  return [
    ...failed,
    ...single.filter((link) => link.failed).map(singleLink),
    ...slow,
    ...single
      .filter((link) => !link.failed && isSlow(link))
      .map((link) => ({ ...singleLink(link), slow: true as const })),
  ];
}

function singleLink(link: Link): Attribution {
  return { kind: 'link', names: link.nodes, bad: 1, of: 1, explained: [link] };
}

function linksOf(pairs: readonly MeshPair[]): Link[] {
  const links = new Map<string, Link>();
  for (const pair of pairs) {
    if (!isMeasured(pair)) continue;
    const nodes: [string, string] = pair.from < pair.to ? [pair.from, pair.to] : [pair.to, pair.from];
    const key = nodes.join(' ');
    const link = links.get(key) ?? { nodes, failed: false };
    links.set(key, link);
    link.failed ||= isFailed(pair);
    const p50Ns = countedSample(pair)?.latency?.p50Ns;
    if (p50Ns !== undefined) link.p50Ns = Math.max(link.p50Ns ?? 0, p50Ns);
  }
  return [...links.values()];
}

function medianNs(links: readonly Link[]): number | undefined {
  const sorted = links.flatMap(({ p50Ns }) => p50Ns ?? []).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : quantile(sorted, 0.5);
}

/** Returns the suspects that explain at least three bad links each. */
function explain(
  links: readonly Link[],
  isBad: (link: Link) => boolean,
  zones: Readonly<Record<string, string>>,
): Attribution[] {
  const bad = new Set(links.filter(isBad));
  if (qualifies({ bad: bad.size, measured: links.length })) {
    return [{ kind: 'network', names: [], bad: bad.size, of: links.length, explained: [...bad] }];
  }
  const groupsOf = groupLinks(links, bad, zones);
  let candidates = [...new Set([...groupsOf.values()].flat())];
  const found: Attribution[] = [];
  const explained = new Set<Link>();
  while (found.length < MOST) {
    // The number of bad links of a group never grows.
    candidates = candidates.filter((group) => group.bad >= AT_LEAST);
    const next = candidates.filter(qualifies).reduce<Group | undefined>(better, undefined);
    if (next === undefined) break;
    const own = next.links.filter((link) => !explained.has(link));
    const { kind, names, bad: explains, measured } = next;
    found.push({ kind, names, bad: explains, of: measured, explained: own.filter((link) => bad.has(link)) });
    for (const link of own) {
      explained.add(link);
      for (const group of groupsOf.get(link) ?? []) {
        group.measured -= 1;
        if (bad.has(link)) group.bad -= 1;
      }
    }
  }
  return found;
}

function qualifies({ bad, measured }: Pick<Group, 'bad' | 'measured'>): boolean {
  return bad >= AT_LEAST && bad >= SHARE * measured;
}

/** Returns the group that explains more; on a tie, the smaller one, then the narrower kind, then the first by name. */
function better(a: Group | undefined, b: Group): Group {
  if (a === undefined) return b;
  const width = ({ kind }: Group): number => -SUSPECT_KINDS.indexOf(kind);
  const order = b.bad - a.bad || a.measured - b.measured || width(a) - width(b);
  return order > 0 || (order === 0 && b.names.join() < a.names.join()) ? b : a;
}

/** Returns the groups of each link, with their counts. */
function groupLinks(
  links: readonly Link[],
  bad: ReadonlySet<Link>,
  zones: Readonly<Record<string, string>>,
): Map<Link, Group[]> {
  const groups = new Map<string, Group>();
  const severalZones = new Set(links.flatMap(({ nodes }) => nodes.map((node) => zones[node]))).size > 1;
  const groupsOf = new Map<Link, Group[]>();
  for (const link of links) {
    const [a, b] = link.nodes.map((node) => (severalZones ? zones[node] : undefined));
    const own = [...link.nodes.map((node) => group('node', node)), ...zoneGroups(a, b)];
    for (const one of own) {
      one.links.push(link);
      one.measured += 1;
      if (bad.has(link)) one.bad += 1;
    }
    groupsOf.set(link, own);
  }
  return groupsOf;

  function zoneGroups(a: string | undefined, b: string | undefined): Group[] {
    if (a === undefined || b === undefined) return [];
    if (a === b) return [group('zone', a)];
    return [group('uplink', a), group('uplink', b), group('zonePair', ...[a, b].sort())];
  }

  function group(kind: Group['kind'], ...names: string[]): Group {
    const key = [kind, ...names].join(' ');
    const known = groups.get(key) ?? { kind, names, links: [], measured: 0, bad: 0 };
    groups.set(key, known);
    return known;
  }
}
