// SPDX-License-Identifier: Apache-2.0
/** Renders the findings of a run as the values of its status keys, which are all strings. */
import type { ClaimedConfigMap } from '../../model/events.ts';
import { renderFailedPairs, renderMap, renderWorstPairs } from '../../model/mesh/map.ts';
import { METRICS, type Unit } from '../../model/metrics.ts';
import { MIGRATION_FIGURES, type Migration } from '../../model/migration.ts';
import { scopeOf } from '../../model/routes.ts';
import { HISTORY_KEYS, migrationKey, networkKey, resultKey, STATUS_KEYS } from '../../model/status-keys.ts';
import { renderNetwork } from '../../model/parameters.ts';
import { renderTimestamp } from '../../model/units.ts';
import { meshView, type MeshView } from '../mesh-view.ts';
import { familiesOf, guestOf, mainMeasurement, type RunRecord } from '../record.ts';
import { worstNetwork, type RunResult } from '../run-result.ts';
import type { Verdict } from '../verdict.ts';

/** Returns whole nanoseconds, seconds, packets and bytes; a decimal for a percentage. */
function statusValue(unit: Unit, value: number): string {
  if (unit === 'percent') return String(value);
  return String(Math.round(unit === 'ms' ? value / 1000 : value));
}

/** Returns the known findings. */
export function renderFindings(record: RunRecord): Record<string, string> {
  const [{ node: sourceNode }, { node: targetNode }] = [guestOf(record, 'source'), guestOf(record, 'target')];
  const findings: Record<string, string> = {};
  if (sourceNode !== undefined) findings[STATUS_KEYS.sourceNode] = sourceNode;
  if (targetNode !== undefined) findings[STATUS_KEYS.targetNode] = targetNode;
  for (const known of record.routes) {
    const scope = scopeOf(known.route, familiesOf(record));
    for (const { statusKey, unit, of } of METRICS) {
      const value = of(known);
      if (statusKey === undefined || value === undefined) continue;
      findings[resultKey(statusKey, scope)] = statusValue(unit, value);
    }
  }
  const measurement = mainMeasurement(record);
  if (measurement !== undefined) {
    findings[STATUS_KEYS.measurementDurationOld] = String(Math.round(measurement.durationMs / 1000));
  }
  if (record.migration !== undefined) Object.assign(findings, renderMigration(record.migration));
  if (record.trend !== undefined) findings[STATUS_KEYS.trend] = record.trend.text;
  const mesh = meshView(record);
  return mesh === undefined ? findings : { ...findings, ...renderMesh(mesh) };
}

/** Returns the keys of a live migration: `status.result.migration.<key>`. All numbers are whole. */
function renderMigration(migration: Migration): Record<string, string> {
  const figures = MIGRATION_FIGURES.flatMap(({ statusKey, of }) => {
    const value = of(migration);
    return value === undefined ? [] : [[statusKey, String(Math.round(value))] as const];
  });
  const { fromNode, toNode } = migration;
  const values = Object.entries({ ...Object.fromEntries(figures), fromNode, toNode });
  return Object.fromEntries(values.map(([key, value]) => [migrationKey(key), value]));
}

/** Bytes of all keys of a mesh; with a larger map, the map is in the artifacts only. */
const MESH_BYTES = 256 * 1024;

/** Returns the keys of a mesh: `status.result.mesh.<key>`. Lists have one line for each entry. */
function renderMesh({ result, pairs }: MeshView): Record<string, string> {
  const { nodes, zones, statistic } = result;
  const counts = {
    rounds: result.roundsMeasured,
    pairsPlanned: result.pairsPlanned,
    pairsMeasured: result.pairsMeasured,
    pairsFailed: result.pairsFailed,
    pairsContended: result.pairsContended,
    medianLatencyNanoSec: result.medianLatencyNs,
    p95PairLatencyNanoSec: result.p95PairLatencyNs,
    packetsTransmitted: result.packetsTransmitted,
    packetsReceived: result.packetsReceived,
  };
  const values: Record<string, string> = {
    nodes: nodes.join(),
    zones: nodes.some((node) => zones[node] !== undefined) ? nodes.map((node) => zones[node] ?? '').join() : '',
    ...Object.fromEntries(
      Object.entries(counts).flatMap(([key, count]) => (count === undefined ? [] : [[key, String(count)]])),
    ),
    suspects: result.suspects.map(({ summary }) => summary).join('\n'),
    worstPairs: renderWorstPairs(pairs, statistic).join('\n'),
    failedPairs: renderFailedPairs(pairs, statistic).join('\n'),
  };
  const map = renderMap(nodes, pairs, statistic).join('\n');
  const bytes = Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value), Buffer.byteLength(map));
  const all = bytes > MESH_BYTES ? values : { ...values, map };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [resultKey(`mesh.${key}`), value]));
}

/** Returns the first round of the next mesh; of several networks, the one that is behind. */
function renderHistory({ networks }: RunResult): Record<string, string> {
  const meshes = networks.flatMap(({ record }) => {
    const view = meshView(record);
    return view === undefined ? [] : [view];
  });
  const behind = meshes.reduce<MeshView | undefined>((least, mesh) => {
    return least === undefined || mesh.result.roundsMeasured < least.result.roundsMeasured ? mesh : least;
  }, undefined);
  if (behind === undefined) return {};
  // A network that the run did not reach is behind all others.
  const isReached = networks.every(({ began }) => began);
  return { [HISTORY_KEYS.nextRound]: String(isReached ? behind.nextRound : behind.result.firstRound) };
}

/** Returns the keys of the claim. */
export function renderClaim({ startTimestamp, runId }: ClaimedConfigMap): Record<string, string> {
  return { [STATUS_KEYS.startTimestamp]: startTimestamp, [STATUS_KEYS.runId]: runId };
}

/** Returns the status keys of a run on one network. */
export function renderStatus(record: RunRecord, verdict: Verdict, now: Date): Record<string, string> {
  return {
    [STATUS_KEYS.completionTimestamp]: renderTimestamp(now),
    [STATUS_KEYS.succeeded]: String(verdict.succeeded),
    [STATUS_KEYS.failureReason]: verdict.failureReason,
    ...renderFindings(record),
  };
}

/**
 * Returns the status keys of a run. With several networks the keys without a network hold the worst pair of the worst network, which
 * readers of one network understand.
 */
export function renderRunStatus(result: RunResult, now: Date): Record<string, string> {
  const { networks, verdict } = result;
  const history = renderHistory(result);
  if (networks.length === 1) return { ...renderStatus(networks[0].record, verdict, now), ...history };
  const names = (some: RunResult['networks'][number][]): string =>
    some.map(({ record: { parameters } }) => (parameters === undefined ? '' : renderNetwork(parameters))).join();
  const own = networks.flatMap(({ record }, index) =>
    Object.entries(renderFindings(record)).flatMap(([key, value]) => {
      const known = networkKey(key, index + 1);
      return known === undefined ? [] : [[known, value] as const];
    }),
  );
  return {
    ...renderStatus(worstNetwork(result).record, verdict, now),
    [STATUS_KEYS.networks]: names([...networks]),
    [STATUS_KEYS.networksFailed]: names(networks.filter((network) => !network.verdict.succeeded)),
    ...Object.fromEntries(own),
    ...history,
  };
}
