// SPDX-License-Identifier: Apache-2.0
/** A route is one IP family in one direction; each route of a run is measured. */
import * as v from 'valibot';
import { IP_FAMILIES, type IpFamily } from './ip-family.ts';
import { described, type Infer } from './schema.ts';

export const DIRECTIONS = ['sourceToTarget', 'targetToSource'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const ROUTE = v.object({
  family: v.picklist(IP_FAMILIES),
  direction: described(v.picklist(DIRECTIONS), 'The VM that pings, and the VM that is pinged.'),
});
export type Route = Infer<typeof ROUTE>;

/** A part of an output key, where a run measures more than one route. */
export type Scope = IpFamily | 'targetToSource';

/** Returns what distinguishes a route from the first one; empty for the first family from source to target. */
export function scopeOf({ family, direction }: Route, families: readonly IpFamily[]): readonly Scope[] {
  return [
    ...(family === (families[0] ?? family) ? [] : [family]),
    ...(direction === 'targetToSource' ? ['targetToSource' as const] : []),
  ];
}

const WORDS: Readonly<Record<Scope, string>> = { ipv4: 'IPv4', ipv6: 'IPv6', targetToSource: 'target to source' };

/** "IPv4" */
export function renderFamily(family: IpFamily): string {
  return WORDS[family];
}

/** "IPv4, source to target" */
export function renderRoute({ family, direction }: Route): string {
  return `${WORDS[family]}, ${direction === 'targetToSource' ? WORDS.targetToSource : 'source to target'}`;
}

/** "", "IPv6", "target to source", "IPv6, target to source" */
export function renderScope(scope: readonly Scope[]): string {
  return scope.map((part) => WORDS[part]).join(', ');
}
