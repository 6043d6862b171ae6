// SPDX-License-Identifier: Apache-2.0
/** Renders a run in one short line: the numbers of a success, the reason of a failure. `status.failureReason` has the complete text. */
import { renderNetwork } from '../../model/parameters.ts';
import { isAbove } from '../../model/limit.ts';
import { renderWorstPairs } from '../../model/mesh/map.ts';
import type { FailureRecord } from '../../model/result-document.ts';
import { renderScope, scopeOf } from '../../model/routes.ts';
import { lossPercent } from '../../model/sample.ts';
import { oneLine } from '../../model/text.ts';
import { renderMilliseconds, renderNanoseconds, roundToDigits } from '../../model/units.ts';
import { meshView, type MeshView } from '../mesh-view.ts';
import { familiesOf, guestOf, type RunRecord } from '../record.ts';
import { worstNetwork, type NetworkResult, type RunResult } from '../run-result.ts';
import type { Verdict } from '../verdict.ts';

/** Characters of a reason. */
const LENGTH = 160;
/** The statistics of a success. */
const SHOWN = ['p50Ns', 'p99Ns', 'maxNs'] as const;

/** Returns the title of a run: of its network, or the headline of several networks. */
export function renderRunTitle(result: RunResult): string {
  const { networks, verdict } = result;
  return networks.length === 1 ? renderTitle(networks[0].record, verdict) : renderRunHeadline(result);
}

/** Returns the headline of a run; of several networks, "2 of 3 networks failed: latency/red, latency/blue". */
export function renderRunHeadline(result: RunResult): string {
  const { networks, verdict } = result;
  if (networks.length === 1) return renderHeadline(networks[0].record, verdict);
  if (verdict.succeeded) {
    const { record } = worstNetwork(result);
    return `${networks.length} networks, worst ${nameOf(record)}: ${renderNumbers(record)}`;
  }
  const failed = networks.filter((network) => !network.verdict.succeeded && network.began);
  const notMeasured = networks.filter(({ began }) => !began);
  const parts = [
    ...(failed.length === 0 ? [] : [`${failed.length} of ${networks.length} networks failed: ${namesOf(failed)}`]),
    ...(notMeasured.length === 0 ? [] : [`${notMeasured.length} not measured: ${namesOf(notMeasured)}`]),
  ];
  const isInterrupted = verdict.interruptedBy !== undefined;
  return oneLine(isInterrupted || parts.length === 0 ? verdict.failureReason : parts.join('; '), LENGTH);
}

function namesOf(networks: readonly NetworkResult[]): string {
  return networks.map(({ record }) => nameOf(record)).join(', ');
}

/** Returns "namespace/name"; "" if the input is unknown. */
export function nameOf({ parameters }: RunRecord): string {
  return parameters === undefined ? '' : renderNetwork(parameters);
}

/** Returns the network, the headline and the nodes: "latency/blue: p50 1.35ms p99 2.1ms max 3.4ms, 0% loss (w1 → w2)". */
export function renderTitle(record: RunRecord, verdict: Verdict): string {
  const { parameters } = record;
  const [{ node: sourceNode }, { node: targetNode }] = [guestOf(record, 'source'), guestOf(record, 'target')];
  const network = parameters === undefined ? '' : `${renderNetwork(parameters)}: `;
  const isPair = record.mesh === undefined && sourceNode !== undefined && targetNode !== undefined;
  const nodes = !isPair ? '' : ` (${sourceNode} → ${targetNode})`;
  return network + renderHeadline(record, verdict) + nodes;
}

/** Returns "p50 1.35ms p99 2.1ms max 3.4ms, 0% loss", or the reason: "max 20.7ms exceeds 1ms". */
export function renderHeadline(record: RunRecord, { succeeded, failureReason, interruptedBy }: Verdict): string {
  if (succeeded) return renderNumbers(record);
  const [failure] = record.failures;
  return failure === undefined || interruptedBy !== undefined
    ? oneLine(failureReason, LENGTH)
    : shortReason(failure, record);
}

/** Returns the findings of a failed stage: each one if there are several, otherwise the cause in a few words. */
export function renderCauses(failure: FailureRecord, record: RunRecord): readonly string[] {
  const { code, message, details = [message] } = failure;
  const isExceeded = code === 'LatencyExceeded' || code === 'PacketLossExceeded';
  if (code === 'InputInvalid' || (details.length > 1 && !isExceeded)) return details;
  return [shortReason(failure, record)];
}

/** Returns the cause of one failure, without the stage. */
function shortReason(
  { stage, code, message, details = [message], diagnosis }: FailureRecord,
  record: RunRecord,
): string {
  const { parameters } = record;
  if (code === 'LatencyExceeded' || code === 'PacketLossExceeded') {
    const exceeded = exceededThresholds(record);
    if (exceeded.length > 0) return oneLine(exceeded.join(', '), LENGTH);
  }
  if (code === 'MigrationGapExceeded') {
    const [actualNs, limitNs] = [record.migration?.longestGapNs, parameters?.maxMigrationGapNs];
    if (actualNs !== undefined && limitNs !== undefined) return `migration gap ${renderExcess(actualNs, limitNs)}`;
  }
  const [first = message, ...others] = details;
  // The finding names the suspects; the diagnosis is only about the first.
  if (code === 'PairsFailed' || code === 'MeshIncomplete') return oneLine(details.join(', '), LENGTH);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const cause = oneLine(diagnosis?.summary ?? first, LENGTH - more.length) + (diagnosis === undefined ? more : '');
  if (code !== 'TimedOut' || stage === 'teardown' || parameters === undefined) return cause;
  return `timed out after ${renderMilliseconds(parameters.timeoutMs)}: ${cause}`;
}

/** Returns one entry for each exceeded threshold on each route: "max 20.7ms exceeds 1ms (IPv6)". */
function exceededThresholds(record: RunRecord): string[] {
  const { parameters, routes } = record;
  if (parameters === undefined) return [];
  const { latencyStatistic, maxLatencyNs, maxPacketLossPercent } = parameters;
  return routes.flatMap(({ route, measurement }) => {
    if (measurement === undefined) return [];
    const scope = renderScope(scopeOf(route, familiesOf(record)));
    const where = scope === '' ? '' : ` (${scope})`;
    const loss = lossPercent(measurement);
    const actualNs = measurement.latency?.[`${latencyStatistic}Ns`];
    return [
      ...(isAbove(Number(loss), maxPacketLossPercent)
        ? [`packet loss ${loss}% exceeds ${maxPacketLossPercent}%${where}`]
        : []),
      ...(actualNs !== undefined && maxLatencyNs !== undefined && isAbove(actualNs, maxLatencyNs)
        ? [`${latencyStatistic} ${renderExcess(actualNs, maxLatencyNs)}${where}`]
        : []),
    ];
  });
}

/** A value that would round to its threshold is exact. */
function renderExcess(actualNs: number, limitNs: number): string {
  const isVisible = significant(actualNs) > limitNs;
  return `${isVisible ? renderSignificant(actualNs) : renderNanoseconds(actualNs)} exceeds ${renderNanoseconds(limitNs)}`;
}

/** Several routes: the worst value of each statistic. */
function renderNumbers(record: RunRecord): string {
  const { routes, migration } = record;
  const mesh = meshView(record);
  if (mesh !== undefined) return renderMeshNumbers(mesh);
  const measured = routes.filter(({ measurement }) => measurement?.latency !== undefined);
  const worst = (values: readonly (number | undefined)[]): number => Math.max(...values.map((value) => value ?? 0));
  const numbers = SHOWN.map((member) => {
    const valueNs = worst(measured.map(({ measurement }) => measurement?.latency?.[member]));
    return `${member.replace(/Ns$/, '')} ${renderSignificant(valueNs)}`;
  });
  const loss = worst(measured.map(({ measurement }) => (measurement ? Number(lossPercent(measurement)) : undefined)));
  const which = measured.length > 1 ? `worst of ${measured.length} routes: ` : '';
  const gap = migration === undefined ? '' : `, migration gap ${renderSignificant(migration.longestGapNs)}`;
  return `${which}${numbers.join(' ')}, ${loss}% loss${gap}`;
}

function significant(ns: number): number {
  return roundToDigits(ns, 3);
}

/** Renders nanoseconds with three significant digits: 1345678 → "1.35ms". */
function renderSignificant(ns: number): string {
  return renderNanoseconds(significant(ns));
}

/** "15 pairs of 6 nodes: median 1.35ms, worst node-1 → node-2: p90 3.4ms, loss 0%" */
function renderMeshNumbers({ result, pairs }: MeshView): string {
  const { nodes, pairsMeasured, pairsFailed, medianLatencyNs, statistic } = result;
  const [worst] = renderWorstPairs(pairs, statistic);
  const parts = [
    ...(pairsFailed > 0 ? [`${pairsFailed} failed`] : []),
    ...(medianLatencyNs === undefined ? [] : [`median ${renderSignificant(medianLatencyNs)}`]),
    ...(worst === undefined ? [] : [`worst ${worst}`]),
  ];
  return oneLine(
    `${pairsMeasured} ${pairsMeasured === 1 ? 'pair' : 'pairs'} of ${nodes.length} nodes: ${parts.join(', ')}`,
    LENGTH,
  );
}
