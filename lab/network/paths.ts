// SPDX-License-Identifier: Apache-2.0
/** An impairment of some frames, in addition to that of their whole network. Several that apply to one frame add up. */
export interface PathImpairment {
  /** Added once per crossing, so twice to a round trip. */
  delayMs?: number;
  lossPercent?: number;
  cut?: boolean;
}

/** Frames from one node to another, in both directions or only from the first to the second. */
interface LinkImpairment extends PathImpairment {
  between: readonly [string, string];
  oneWay?: boolean;
}

/** Frames between a node and everything outside of it. */
interface NodeImpairment extends PathImpairment {
  node: string;
}

/** Frames between the nodes of two zones, between the nodes of one zone, or between a zone and everything outside of it. */
type ZoneImpairment = PathImpairment &
  ({ between: readonly [string, string] } | { inside: string } | { uplink: string });

/** All impairments that depend on the nodes between which a frame travels. */
export interface PathRules {
  links?: readonly LinkImpairment[];
  nodes?: readonly NodeImpairment[];
  zones?: readonly ZoneImpairment[];
  /** The bridges of the nodes have no uplink: a frame reaches only hosts on the same node. */
  noUplink?: boolean;
  /** Frames from this node reach no other node; frames to it pass. */
  muteNode?: string;
}

/** What happens to frames from one node to another. */
export type Path = Readonly<Required<PathImpairment>>;

type Ends = readonly [from: string | undefined, to: string | undefined];

const CLEAR: Path = { delayMs: 0, lossPercent: 0, cut: false };

/** Combines the rules by node. A host outside of the cluster has no node and no zone; frames within a node are not impaired. */
export class Paths {
  /** No rule applies to any frame. */
  readonly areClear: boolean;
  readonly #rules: PathRules;
  readonly #zoneOf: (node: string) => string | undefined;
  /** Nodes whose bridge has no port but those of their own VMs. */
  readonly #islands: ReadonlySet<string>;
  readonly #known = new Map<string, Path>();

  constructor(rules: PathRules, zoneOf: (node: string) => string | undefined, islands: ReadonlySet<string>) {
    const { links = [], nodes = [], zones = [], noUplink = false, muteNode } = rules;
    this.areClear =
      links.length + nodes.length + zones.length + islands.size === 0 && !noUplink && muteNode === undefined;
    this.#rules = rules;
    this.#zoneOf = zoneOf;
    this.#islands = islands;
  }

  between(...ends: Ends): Path {
    if (this.areClear || ends[0] === ends[1]) return CLEAR;
    const key = `${ends[0] ?? ''} ${ends[1] ?? ''}`;
    const path = this.#known.get(key) ?? this.#combined(ends);
    this.#known.set(key, path);
    return path;
  }

  #combined(ends: Ends): Path {
    const { links = [], nodes = [], zones = [], noUplink, muteNode } = this.#rules;
    const zoned = ends.map((node) => (node === undefined ? undefined : this.#zoneOf(node)));
    const applying: PathImpairment[] = [
      ...links.filter(({ between, oneWay }) => joins(between, ends) || (!oneWay && joins(between, swapped(ends)))),
      ...nodes.filter(({ node }) => ends.includes(node)),
      ...zones.filter((rule) => concerns(rule, [zoned[0], zoned[1]])),
    ];
    const isIsland = ends.some((node) => node !== undefined && this.#islands.has(node));
    const isMute = muteNode !== undefined && ends[0] === muteNode;
    return {
      delayMs: applying.reduce((sum, { delayMs = 0 }) => sum + delayMs, 0),
      lossPercent: 100 * (1 - applying.reduce((kept, { lossPercent = 0 }) => kept * (1 - lossPercent / 100), 1)),
      cut: noUplink === true || isIsland || isMute || applying.some(({ cut }) => cut === true),
    };
  }
}

/** @throws Error if a rule names a node or a zone that does not exist */
export function requireKnown(
  { links = [], nodes = [], zones = [], muteNode }: PathRules,
  known: { nodes: readonly string[]; zones: readonly string[] },
): void {
  const namedNodes = [
    ...links.flatMap(({ between }) => between),
    ...nodes.map(({ node }) => node),
    ...(muteNode === undefined ? [] : [muteNode]),
  ];
  const namedZones = zones.flatMap(zonesIn);
  const unknown = [
    ...namedNodes.filter((name) => !known.nodes.includes(name)).map((name) => `node ${name}`),
    ...namedZones.filter((name) => !known.zones.includes(name)).map((name) => `zone ${name}`),
  ];
  if (unknown.length === 0) return;
  const zonesText = known.zones.length === 0 ? 'there are no zones' : `the zones are ${known.zones.join(', ')}`;
  throw new Error(
    `an impairment names ${[...new Set(unknown)].join(', ')}: the nodes are ${known.nodes.join(', ')}, ${zonesText}`,
  );
}

function zonesIn(rule: ZoneImpairment): readonly string[] {
  if ('between' in rule) return rule.between;
  return ['inside' in rule ? rule.inside : rule.uplink];
}

function concerns(rule: ZoneImpairment, zones: Ends): boolean {
  if ('between' in rule) return joins(rule.between, zones) || joins(rule.between, swapped(zones));
  if ('inside' in rule) return joins([rule.inside, rule.inside], zones);
  return zones[0] !== zones[1] && zones.includes(rule.uplink);
}

function joins(between: readonly [string, string], [from, to]: Ends): boolean {
  return between[0] === from && between[1] === to;
}

function swapped([from, to]: Ends): Ends {
  return [to, from];
}
