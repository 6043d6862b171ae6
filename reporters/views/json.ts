/**
 * `result.json`: everything that is known of a run, in plain numbers whose names say their units. Made of the same record and
 * verdict as the ConfigMap; docs/result.schema.json describes it, and changes with it.
 */
import { pathMtuBytes } from '../../model/path-mtu.ts';
import type { Latency } from '../../model/latency.ts';
import { lossPercent, type Measurement } from '../../model/sample.ts';
import { renderTimestamp } from '../../model/units.ts';
import type { Answer } from '../answer.ts';
import type { RouteRecord, RunRecord } from '../record.ts';
import type { StageRecord } from '../stage-clock.ts';

const RESULT_SCHEMA = 'urn:kubevirt-vm-latency:result:1';

export type ResultDocument = ReturnType<typeof resultDocument>;
export type RouteDocument = ReturnType<typeof routeDocument>;

export function resultDocument(record: RunRecord, answer: Answer, stages: readonly StageRecord[]) {
  const { succeeded, failureReason } = answer.verdict;
  const { claim, network, image, addresses } = record;
  return {
    $schema: RESULT_SCHEMA,
    version: 1,
    succeeded,
    failureReason,
    interruptedBy: answer.interruptedBy,
    // Another run's ConfigMap is not where this one answered.
    configMap: claim === undefined || claim.state === 'refused' ? undefined : reference(claim.configMap),
    runId: claim?.configMap.runId,
    startTimestamp: claim?.configMap.startTimestamp,
    completionTimestamp: renderTimestamp(answer.completed),
    parameters: record.plain,
    cluster: record.versions,
    network: network && { binding: network.binding, reason: network.reason },
    image,
    source: { node: record.sourceNode, addresses: addresses.source },
    target: { node: record.targetNode, addresses: addresses.target },
    routes: record.routes.map(routeDocument),
    stages,
    failures: record.failures,
    vmis: { left: record.left.map(reference), kept: record.kept.map(reference) },
  };
}

function reference({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return { namespace, name };
}

function routeDocument({ route, firstReplyNs, pathMtu, measurement }: RouteRecord) {
  return {
    family: route.family,
    direction: route.direction,
    coldStartNs: whole(firstReplyNs),
    measurement: measurement && measurementDocument(measurement),
    pathMtu: pathMtu && {
      interfaceMtuBytes: pathMtu.interfaceMtuBytes,
      largestPayloadBytes: pathMtu.largestPayloadBytes,
      pathMtuBytes: pathMtuBytes(route.family, pathMtu),
    },
  };
}

function measurementDocument(measurement: Measurement) {
  const { transmitted, received, duplicates, errors, corrupted, latency } = measurement;
  return {
    tool: measurement.tool,
    durationMs: measurement.durationMs,
    intervalMs: measurement.intervalMs,
    packetSizeBytes: measurement.packetSizeBytes,
    packets: { transmitted, received, duplicates, errors, corrupted, lossPercent: Number(lossPercent(measurement)) },
    longestGapNs: whole(measurement.longestGapNs),
    latency: latency && latencyDocument(latency),
  };
}

function latencyDocument(latency: Latency) {
  return {
    minNs: whole(latency.minNs),
    avgNs: whole(latency.avgNs),
    maxNs: whole(latency.maxNs),
    stdDevNs: whole(latency.stdDevNs),
    p50Ns: whole(latency.p50Ns),
    p90Ns: whole(latency.p90Ns),
    p99Ns: whole(latency.p99Ns),
    p999Ns: whole(latency.p999Ns),
    jitterNs: whole(latency.jitterNs),
  };
}

/** As the ConfigMap has it. */
function whole<T extends number | undefined>(ns: T): T extends number ? number : number | undefined;
function whole(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : Math.round(ns);
}
