// SPDX-License-Identifier: Apache-2.0
/**
 * Renders `result.json`: all findings of a run, as numbers with the unit in their name. It derives from the same record and verdict as
 * the ConfigMap; model/result-document.ts is its schema.
 */
import { METRICS, type ResultMetrics, type ResultObject, type RouteRecord } from '../../model/metrics.ts';
import { MIGRATION_FIGURES, type Migration, type MigrationResult } from '../../model/migration.ts';
import {
  RESULT_SCHEMA_ID,
  type Environment,
  type FailureRecord,
  type NetworkResult as NetworkDocument,
  type ResultDocument,
  type StageRecord,
} from '../../model/result-document.ts';
import { renderTimestamp } from '../../model/units.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { pointsOf } from '../history.ts';
import { codeOf, worstNetwork, type NetworkResult } from '../run-result.ts';
import type { Verdict } from '../verdict.ts';
import type { WrittenResults } from '../write-results.ts';
import { hasMeasuredPair, meshView, type MeshView } from '../mesh-view.ts';
import { guestOf, type GuestRecord, type RunRecord } from '../record.ts';
import { nameOf } from './headline.ts';

const ENVIRONMENT: Environment = {
  checkup: packageJson.version,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};

/** When and where a verdict was written. */
interface WrittenVerdict extends Omit<WrittenResults, 'result'> {
  readonly verdict: Verdict;
}

/** Returns the document of a run on one network, without the list of files. */
export function resultDocument(
  record: RunRecord,
  answer: WrittenVerdict,
  stages: readonly StageRecord[],
): ResultDocument {
  const { succeeded, fullReason } = answer.verdict;
  const { claim, network, image } = record;
  const [source, target] = [guestOf(record, 'source'), guestOf(record, 'target')];
  return {
    $schema: RESULT_SCHEMA_ID,
    version: 1,
    succeeded,
    failureReason: fullReason,
    interruptedBy: answer.interruptedBy,
    // If the ConfigMap belongs to another run, this run has not written its results there.
    configMap: claim === undefined || claim.state === 'refused' ? undefined : reference(claim.configMap),
    runId: claim?.configMap.runId,
    startTimestamp: claim?.configMap.startTimestamp,
    completionTimestamp: renderTimestamp(answer.completed),
    parameters: record.parameters,
    cluster: record.versions,
    network: network && { binding: network.binding, reason: network.reason },
    image,
    source: vmDocument(source),
    target: vmDocument(target),
    routes: record.routes.map(routeDocument),
    migration: record.migration && migrationDocument(record.migration),
    stages,
    failures: record.failures.map(failureDocument),
    trend: record.trend,
    history: pointsOf({ record, verdict: answer.verdict, code: codeOf(record, answer) }, answer.completed),
    vmis: { left: record.leaked.map(reference), kept: record.retained.map(reference) },
    warnings: record.warnings,
    environment: ENVIRONMENT,
    configMapData: answer.configMapData,
  };
}

/** Returns the stages of one of several networks, "namespace/name"; without a network, those of no network. */
export type StagesOf = (network?: string) => readonly StageRecord[];

/** Returns the document of a run, without the list of files. With several networks the members of one network are those of the worst. */
export function runDocument({ result, ...written }: WrittenResults, stagesOf: StagesOf): ResultDocument {
  const { networks, verdict } = result;
  const worst = worstNetwork(result);
  const { record } = worst;
  const { completed } = written;
  if (networks.length === 1) {
    const document = resultDocument(record, { ...written, verdict }, stagesOf());
    if (record.mesh === undefined) return document;
    return { ...document, networks: [networkDocument(worst, completed, () => stagesOf())] };
  }
  return {
    ...resultDocument(record, { ...written, verdict }, [...stagesOf(), ...stagesOf(nameOf(record))]),
    networks: networks.map((network) => networkDocument(network, completed, stagesOf)),
    vmis: {
      left: networks.flatMap((network) => network.record.leaked.map(reference)),
      kept: networks.flatMap((network) => network.record.retained.map(reference)),
    },
    warnings: [...new Set(networks.flatMap((network) => network.record.warnings))],
  };
}

/** What a run found out about one network, as the document of a run on that network alone, its routes, and its mesh. */
export interface NetworkFindings {
  readonly document: ResultDocument;
  readonly routes: readonly RouteRecord[];
  readonly mesh?: MeshView | undefined;
}

/** Returns the findings about each network, in the order of the input. */
export function networkFindings({ result, ...written }: WrittenResults, stagesOf: StagesOf): NetworkFindings[] {
  const { networks } = result;
  return networks.map(({ record, verdict }) => {
    const stages = networks.length === 1 ? stagesOf() : stagesOf(nameOf(record));
    const document = resultDocument(record, { ...written, verdict }, stages);
    return { document, routes: record.routes, mesh: meshView(record) };
  });
}

function networkDocument(result: NetworkResult, completed: Date, stagesOf: StagesOf): NetworkDocument {
  const { record, verdict, began } = result;
  const { parameters, network, image, routes, failures } = record;
  const mesh = meshView(record);
  const pair = {
    source: vmDocument(guestOf(record, 'source')),
    target: vmDocument(guestOf(record, 'target')),
    routes: routes.map(routeDocument),
    migration: record.migration && migrationDocument(record.migration),
  };
  return {
    network: reference(parameters?.network ?? { namespace: '', name: '' }),
    succeeded: verdict.succeeded,
    failureReason: verdict.fullReason,
    measured: routes.some(({ measurement }) => measurement !== undefined) || hasMeasuredPair(record),
    binding: network?.binding,
    bindingReason: network?.reason,
    image,
    ...(began && mesh === undefined ? pair : {}),
    stages: stagesOf(nameOf(record)),
    failures: failures.map(failureDocument),
    trend: record.trend,
    history: pointsOf(result, completed),
    ...(mesh !== undefined && { mesh: mesh.result, pairs: [...mesh.pairs] }),
  };
}

function vmDocument({ node, addresses }: GuestRecord): ResultDocument['source'] {
  return { node, addresses };
}

function reference({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return { namespace, name };
}

function failureDocument({ stage, code, message, details, diagnosis }: FailureRecord): FailureRecord {
  return { stage, code, message, ...(details && { details }), ...(diagnosis && { diagnosis }) };
}

function routeDocument(record: RouteRecord): ResultDocument['routes'][number] {
  const { route, measurement, pathMtu } = record;
  return {
    family: route.family,
    direction: route.direction,
    ...metricsOf(record, ''),
    measurement: measurement && {
      tool: measurement.tool,
      durationMs: measurement.durationMs,
      intervalMs: measurement.intervalMs,
      packetSizeBytes: measurement.packetSizeBytes,
      packets: metricsOf(record, 'packets'),
      ...metricsOf(record, 'measurement'),
      latency: measurement.latency && metricsOf(record, 'latency'),
    },
    pathMtu: pathMtu && metricsOf(record, 'pathMtu'),
  };
}

/** Times and figures are whole; the interval may have a fraction. */
function migrationDocument(migration: Migration): MigrationResult {
  const { fromNode, toNode, tool, intervalMs, createdAtMs, succeededAtMs, switchedAtMs, phases } = migration;
  const figures = MIGRATION_FIGURES.flatMap(({ result, of }) => {
    const value = of(migration);
    return value === undefined ? [] : [[result, Math.round(value)] as const];
  });
  return {
    fromNode,
    toNode,
    tool,
    intervalMs,
    ...(Object.fromEntries(figures) as Pick<MigrationResult, (typeof MIGRATION_FIGURES)[number]['result']>),
    createdAtMs: Math.round(createdAtMs),
    succeededAtMs: Math.round(succeededAtMs),
    ...(switchedAtMs !== undefined && { switchedAtMs: Math.round(switchedAtMs) }),
    phases: phases.map(({ phase, atMs }) => ({ phase, atMs: Math.round(atMs) })),
  };
}

/** Returns the metrics of one object of the document; nanoseconds are whole, as in the ConfigMap. */
function metricsOf<O extends ResultObject>(record: RouteRecord, object: O): ResultMetrics<O> {
  const members = METRICS.flatMap(({ result, unit, of }) => {
    if (result?.[0] !== object) return [];
    const value = of(record);
    return [[result[1], unit === 'ns' && value !== undefined ? Math.round(value) : value]];
  });
  return Object.fromEntries(members) as ResultMetrics<O>;
}
