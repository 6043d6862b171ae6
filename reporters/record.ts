// SPDX-License-Identifier: Apache-2.0
/** Everything known about a run, folded from its events: what the verdict, the ConfigMap and stdout are made of. */
import { routeOf, type Cell, type GuestId } from '../model/cells.ts';
import type { Binding, CheckupEvent, ClaimedConfigMap, ClaimState } from '../model/events.ts';
import type { ClusterVersions, CreatedVmi } from '../model/events.ts';
import type { HistoryFigures, HistoryRun } from '../model/history/history-run.ts';
import type { Trend } from '../model/history/trend.ts';
import { renderFinding, renderFindings, type Finding } from '../model/finding.ts';
import { renderRef, type ObjectRef } from '../model/object-ref.ts';
import type { IpFamily } from '../model/ip-family.ts';
import type { RouteRecord } from '../model/metrics.ts';
import type { ResolvedParameters } from '../model/parameters.ts';
import { pairKey, type MeshPair } from '../model/mesh/pair.ts';
import type { Migration } from '../model/migration.ts';
import type { MeshPlan } from '../model/mesh/plan.ts';
import type { FailureRecord } from '../model/result-document.ts';
import { scopeOf } from '../model/routes.ts';
import type { Measurement } from '../model/sample.ts';
import { oneLine } from '../model/text.ts';

interface RecordedFailure extends FailureRecord {
  /** The parts of `message`. */
  readonly findings: readonly Finding[];
}

/** What is known about one VM. */
export interface GuestRecord {
  readonly node?: string | undefined;
  /** On the network under test, with their prefix lengths. */
  readonly addresses: readonly string[];
}

/** What is known about a run on one network. */
export interface RunRecord {
  readonly claim: { readonly state: ClaimState; readonly configMap: ClaimedConfigMap } | undefined;
  /** The process that runs the check. */
  readonly workerPid: number | undefined;
  /** Once the input is known to be right. */
  readonly parameters: ResolvedParameters | undefined;
  readonly versions: ClusterVersions;
  /** The VMs' disk image. */
  readonly image: string | undefined;
  readonly network: { readonly binding: Binding; readonly reason: string } | undefined;
  readonly guests: ReadonlyMap<GuestId, GuestRecord>;
  /** In the order in which something was learned of them. */
  readonly routes: readonly RouteRecord[];
  readonly failures: readonly RecordedFailure[];
  /** VMIs whose creation was requested and whose deletion was not seen. */
  readonly leaked: readonly CreatedVmi[];
  /** VMIs that were retained (`skipTeardown`). */
  readonly retained: readonly ObjectRef[];
  /** One line each. */
  readonly warnings: readonly string[];
  /** Of a mesh, once its VMs were started. */
  readonly mesh: MeshRecord | undefined;
  /** The earlier runs that the ConfigMap contains, the oldest first. */
  readonly history: readonly HistoryRun[];
  /** Of a complete measurement. */
  readonly figures: HistoryFigures | undefined;
  /** How they compare with those of earlier runs. */
  readonly trend: Trend | undefined;
  /** The live migration that the run requested. */
  readonly migration: Migration | undefined;
  /** Whether anything is known about the network itself: the prerequisites were checked. */
  readonly hasBegun: boolean;
}

/** What is known about a mesh. */
interface MeshRecord {
  readonly plan: MeshPlan;
  /** Those that were reported, in the order of their rounds. */
  readonly pairs: readonly MeshPair[];
  readonly roundsMeasured: number;
}

const UNKNOWN_GUEST: GuestRecord = { addresses: [] };

/** Returns what is known about a guest. */
export function guestOf({ guests }: RunRecord, id: GuestId): GuestRecord {
  return guests.get(id) ?? UNKNOWN_GUEST;
}

/** Returns the IP families in their order; the output keys without a family are of the first. */
export function familiesOf({ parameters, mesh, routes }: RunRecord): readonly IpFamily[] {
  if (mesh !== undefined) return routes.map(({ route }) => route.family);
  return parameters?.ipFamilies ?? [];
}

/** Returns the measurement of the output keys without a scope. */
export function mainMeasurement(record: RunRecord): Measurement | undefined {
  return record.routes.find(({ route }) => scopeOf(route, familiesOf(record)).length === 0)?.measurement;
}

/** A record that is being folded: what is looked up by a key is in a map, so that folding takes linear time. */
interface Draft {
  claim: RunRecord['claim'];
  workerPid: number | undefined;
  parameters: ResolvedParameters | undefined;
  versions: ClusterVersions;
  image: string | undefined;
  network: RunRecord['network'];
  readonly guests: Map<GuestId, GuestRecord>;
  readonly routes: Map<string, RouteRecord>;
  failures: RecordedFailure[];
  /** By name. */
  readonly leaked: Map<string, CreatedVmi>;
  readonly retained: ObjectRef[];
  readonly warnings: Set<string>;
  plan: MeshPlan | undefined;
  readonly pairs: Map<string, MeshPair>;
  readonly rounds: Set<number>;
  history: readonly HistoryRun[];
  figures: HistoryFigures | undefined;
  trend: Trend | undefined;
  migration: Migration | undefined;
  hasBegun: boolean;
}

function draftOf(record: RunRecord | undefined): Draft {
  const { claim, workerPid, parameters, versions = {}, image, network } = record ?? {};
  return {
    claim,
    workerPid,
    parameters,
    versions,
    image,
    network,
    guests: new Map(record?.guests),
    routes: new Map(record?.routes.map((known) => [routeKey(known.route), known])),
    failures: [...(record?.failures ?? [])],
    leaked: new Map(record?.leaked.map((vmi) => [vmi.name, vmi])),
    retained: [...(record?.retained ?? [])],
    warnings: new Set(record?.warnings),
    plan: record?.mesh?.plan,
    pairs: new Map(record?.mesh?.pairs.map((pair) => [pairKey(pair), pair])),
    rounds: new Set(record?.mesh?.pairs.map(({ round }) => round)),
    history: record?.history ?? [],
    figures: record?.figures,
    trend: record?.trend,
    migration: record?.migration,
    hasBegun: record?.hasBegun ?? false,
  };
}

function recordOf(draft: Draft): RunRecord {
  const { routes, leaked, warnings, plan, pairs, rounds, ...others } = draft;
  return {
    ...others,
    routes: [...routes.values()],
    leaked: [...leaked.values()],
    warnings: [...warnings],
    mesh: plan && { plan, pairs: [...pairs.values()], roundsMeasured: rounds.size },
  };
}

function routeKey({ family, direction }: RouteRecord['route']): string {
  return `${family} ${direction}`;
}

function addToGuest({ guests }: Draft, id: GuestId, known: Partial<GuestRecord>): void {
  guests.set(id, { ...(guests.get(id) ?? UNKNOWN_GUEST), ...known });
}

function addToRoute({ routes }: Draft, cell: Cell, known: Omit<RouteRecord, 'route'>): void {
  const route = routeOf(cell);
  const key = routeKey(route);
  routes.set(key, { ...(routes.get(key) ?? { route }), ...known });
}

/** The worst pair of a mesh takes the place of a pair: the keys without a mesh are its own. */
function setWorstPair(draft: Draft, { from, to, family }: Cell, measurement: Measurement): void {
  const route = { family, direction: 'sourceToTarget' as const };
  draft.routes.clear();
  draft.routes.set(routeKey(route), { route, measurement });
  for (const [id, node] of [
    ['source', from],
    ['target', to],
  ] as const) {
    draft.guests.set(id, { node, addresses: draft.guests.get(node)?.addresses ?? [] });
  }
}

function fold(draft: Draft, event: CheckupEvent): void {
  if ('network' in event) draft.hasBegun = true;
  switch (event.type) {
    case 'worker':
      draft.workerPid = event.pid;
      return;
    case 'claim':
      draft.claim = { state: event.state, configMap: event.configMap };
      return;
    case 'input':
      draft.parameters = event.parameters;
      return;
    case 'cluster':
      draft.versions = event.versions;
      return;
    case 'image':
      draft.image = event.image;
      return;
    case 'network':
      draft.network = { binding: event.binding, reason: event.reason };
      return;
    case 'creating':
      draft.leaked.set(event.vmi.name, { ...event.vmi, labels: event.labels, uid: undefined });
      return;
    case 'created': {
      const { vmi, uid } = event;
      const asked = draft.leaked.get(vmi.name);
      if (asked !== undefined) draft.leaked.set(vmi.name, { ...asked, uid });
      return;
    }
    case 'removed':
      draft.leaked.delete(event.vmi.name);
      return;
    case 'kept':
      draft.leaked.delete(event.vmi.name);
      draft.retained.push(event.vmi);
      return;
    case 'placement':
      addToGuest(draft, event.guest, { node: oneLine(event.node) });
      return;
    case 'migration':
      addToGuest(draft, event.guest, { node: undefined });
      return;
    case 'address': {
      const { addresses } = draft.guests.get(event.guest) ?? UNKNOWN_GUEST;
      addToGuest(draft, event.guest, { addresses: [...addresses, oneLine(event.address)] });
      return;
    }
    case 'first-reply':
      addToRoute(draft, event.cell, { firstReplyNs: event.afterNs });
      return;
    case 'path-mtu':
      addToRoute(draft, event.cell, { pathMtu: event.pathMtu });
      return;
    case 'latency':
      if (draft.plan !== undefined) {
        setWorstPair(draft, event.cell, event.measurement);
        return;
      }
      addToRoute(draft, event.cell, { measurement: event.measurement });
      return;
    case 'live-migration':
      draft.migration = event.migration;
      return;
    case 'mesh':
      draft.plan = event.plan;
      return;
    case 'pairs':
      if (draft.plan === undefined) return;
      for (const pair of event.pairs) {
        draft.pairs.set(pairKey(pair), pair);
        draft.rounds.add(pair.round);
      }
      return;
    case 'history':
      draft.history = event.runs;
      return;
    case 'trend':
      draft.figures = event.figures;
      draft.trend = event.trend;
      return;
    case 'warning':
      // A condition that returns is printed again.
      draft.warnings.add(oneLine(event.message));
      return;
    case 'failure': {
      const { stage, code, findings } = event;
      const details = findings.length > 1 && { details: findings.map(renderFinding) };
      draft.failures.push({ stage, code, message: renderFindings(findings), ...details, findings });
      return;
    }
    case 'diagnosis': {
      const { stage, diagnosis } = event;
      draft.failures = draft.failures.map((failure) => (failure.stage === stage ? { ...failure, diagnosis } : failure));
    }
  }
}

export function foldEvent(record: RunRecord, event: CheckupEvent): RunRecord {
  const draft = draftOf(record);
  fold(draft, event);
  return recordOf(draft);
}

/** Folds the events of a run on one network. */
export function foldEvents(events: readonly CheckupEvent[]): RunRecord {
  const draft = draftOf(undefined);
  for (const event of events) fold(draft, event);
  return recordOf(draft);
}

/**
 * Folds the events of a run into a record for each network, in the order of the input. What concerns all networks is in each record.
 * With one network, or if the networks are not known, there is one record.
 */
export function foldNetworks(events: readonly CheckupEvent[]): readonly RunRecord[] {
  const input = events.findLast((event) => event.type === 'input');
  const networks = input?.parameters.networks ?? [];
  if (input === undefined || networks.length < 2) return [foldEvents(events)];
  const shared: CheckupEvent[] = [];
  const own = new Map<string, CheckupEvent[]>(networks.map((network) => [renderRef(network), []]));
  for (const event of events) {
    const network = 'network' in event ? event.network : undefined;
    (own.get(network ?? '') ?? shared).push(event);
  }
  // The run ended before the first network.
  if (shared.length === events.length) return [foldEvents(events)];
  return networks.map((network) => {
    const parameters = { ...input.parameters, network };
    return foldEvents([...shared, { type: 'input', parameters }, ...(own.get(renderRef(network)) ?? [])]);
  });
}
