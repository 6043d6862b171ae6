// SPDX-License-Identifier: Apache-2.0
/** Puts suspects into words: where the fault probably is, the counts, and the next steps. */
import type { Attribution } from './attribution.ts';
import type { Suspect, SuspectKind } from './suspect.ts';

/** How the network is connected on each node, as far as its configuration says it. */
export interface ConnectionFacts {
  readonly bridge?: string | undefined;
  readonly vlan?: number | undefined;
}

/** Single links that are described one by one. */
const MOST_LINKS = 10;
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/**
 * Returns the suspects in their order. Of the single links that failed, ten are described and the others are counted. More than ten single
 * links that are only slow are counted: so many without anything in common are the scatter of a busy host, not a place.
 */
export function describeSuspects(attributions: readonly Attribution[], facts: ConnectionFacts = {}): Suspect[] {
  return [false, true].flatMap((slow) => {
    const found = attributions.filter((one) => (one.slow ?? false) === slow);
    const links = found.filter(({ kind }) => kind === 'link');
    const named = slow && links.length > MOST_LINKS ? [] : links.slice(0, MOST_LINKS);
    const shown = [...found.filter(({ kind }) => kind !== 'link'), ...named];
    const suspects = shown.map((one) => describeSuspect(one, facts));
    const others = links.length - named.length;
    return others > 0 ? [...suspects, otherLinks(others, named.length > 0, slow)] : suspects;
  });
}

function describeSuspect(attribution: Attribution, facts: ConnectionFacts): Suspect {
  const { kind, names, bad, of, slow } = attribution;
  const next = slow || hasReplies(attribution) ? slowSteps(kind, names) : failedSteps(kind, names, facts);
  const counts = kind === 'link' ? 'this pair' : `${bad} of ${kind === 'node' ? 'its ' : ''}${of} pairs`;
  const summary = `probably ${renderPlace(kind, names)} (${counts} ${outcome(bad, slow)})`;
  return { kind, names: [...names], bad, of, ...(slow && { slow }), summary, next };
}

/** Returns whether every pair has replies: it failed by its latency or loss, so neither a VLAN nor a filter is the cause. */
function hasReplies({ explained }: Attribution): boolean {
  const failed = explained.filter((link) => link.failed);
  return failed.length > 0 && failed.every(({ p50Ns }) => p50Ns !== undefined);
}

/** @param more whether single links were named before. */
function otherLinks(count: number, more: boolean, slow: boolean): Suspect {
  const pairs = `${count}${more ? ' more' : ''} ${count === 1 ? 'pair' : 'pairs'}`;
  const summary = `${pairs} without a node or zone in common ${outcome(count, slow)}`;
  return { kind: 'link', names: [], bad: count, of: count, ...(slow && { slow }), summary, next: [] };
}

function outcome(count: number, slow: boolean | undefined): string {
  return slow ? `${count === 1 ? 'is' : 'are'} slow` : 'failed';
}

function renderPlace(kind: SuspectKind, names: readonly string[]): string {
  const [first = '', second = ''] = names;
  switch (kind) {
    case 'network':
      return 'the whole network';
    case 'node':
      return `node "${first}"`;
    case 'zone':
      return `inside zone "${first}"`;
    case 'uplink':
      return `the uplink of zone "${first}"`;
    case 'zonePair':
      return `between zones "${first}" and "${second}"`;
    case 'link':
      return `the link between nodes "${first}" and "${second}"`;
  }
}

function failedSteps(kind: SuspectKind, names: readonly string[], { bridge, vlan }: ConnectionFacts): string[] {
  const ports = bridge === undefined ? 'ip -s link' : `ip link show master ${bridge}`;
  const carries = (what: string): string =>
    vlan === undefined ? `check ${what}` : `check that VLAN ${vlan} passes ${what}`;
  const [first = '', second = ''] = names;
  switch (kind) {
    case 'network':
      return [`on each node: ${ports}`, carries('the switches between the nodes')];
    case 'node':
      return [
        `kubectl describe node ${first}`,
        `on node ${first}: ${ports}`,
        carries(`the switch port of node ${first}`),
      ];
    case 'zone':
      return [listNodes(names), carries(`the switches inside zone ${first}`)];
    case 'uplink':
      return [listNodes(names), carries(`the uplink of zone ${first}`)];
    case 'zonePair':
      return [listNodes(names), carries(`the switches and routers between zones ${first} and ${second}`)];
    case 'link':
      return [
        `on nodes ${first} and ${second}: ${ports}`,
        'check network policies, access lists and filters for these two nodes',
      ];
  }
}

function slowSteps(kind: SuspectKind, names: readonly string[]): string[] {
  const [first = '', second = ''] = names;
  switch (kind) {
    case 'network':
      return ['on each node: ip -s link', 'check load and errors of the switches between the nodes'];
    case 'node':
      return [`kubectl top node ${first}`, `on node ${first}: ip -s link`];
    case 'zone':
      return [listNodes(names), `check load and errors of the switches inside zone ${first}`];
    case 'uplink':
      return [listNodes(names), `check load and errors of the uplink of zone ${first}`];
    case 'zonePair':
      return [listNodes(names), `check load, errors and detours between zones ${first} and ${second}`];
    case 'link':
      return [
        `on nodes ${first} and ${second}: ip -s link`,
        `check load, errors and detours between nodes ${first} and ${second}`,
      ];
  }
}

function listNodes(zones: readonly string[]): string {
  const [zone = ''] = zones;
  const selector = zones.length === 1 ? `${ZONE_LABEL}=${zone}` : `'${ZONE_LABEL} in (${zones.join(', ')})'`;
  return `kubectl get nodes -l ${selector}`;
}
