// SPDX-License-Identifier: Apache-2.0
/** Renders `metrics.prom`: the numbers of result.json for node_exporter's textfile collector, in Prometheus' base units. */
import { METRICS, type RouteRecord, type Unit } from '../../model/metrics.ts';
import { MIGRATION_FIGURES } from '../../model/migration.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import type { MeshView } from '../mesh-view.ts';
import { nsToSeconds, type GaugeSample, type Labels } from './gauges.ts';
import type { NetworkFindings } from './json.ts';
import { hasPairGauges, MESH_HELP, meshGauges } from './mesh-gauges.ts';

const PREFIX = 'kubevirt_vm_latency_';

const RUN_HELP = {
  success: 'Whether the last checkup succeeded (1) or failed (0).',
  info: 'Environment of the last checkup: versions, binding of the VMs to the network, disk image. Always 1.',
  start_timestamp_seconds: 'When the last checkup started, seconds since 1970.',
  completion_timestamp_seconds: 'When the last checkup ended, seconds since 1970.',
  failure: 'Each failure of the last checkup by stage and code. Always 1.',
  stage_duration_seconds: 'How long each stage took.',
  vmis_left: 'VMs that the last checkup could not remove.',
  vmis_kept: 'VMs that the last checkup retained for debugging.',
  limit_round_trip_seconds: 'Threshold of the judged statistic of the round-trip times.',
  limit_packet_loss_ratio: 'Largest fraction of the requests that may be lost, 0 to 1.',
  limit_migration_gap_seconds: 'Threshold of the longest gap around a live migration.',
  last_success_timestamp_seconds: 'When the last successful checkup in the history ended, seconds since 1970.',
  trend_slower:
    'Whether the last two checkups were slower than the baseline (1) or not (0). Absent without a baseline.',
  trend_more_loss:
    'Whether the last two checkups lost more packets than the baseline (1) or not (0). Absent without a baseline.',
  trend_longer_migration_gap:
    'Whether the gaps of the last two live migrations were longer than the baseline (1) or not (0). Absent without a baseline.',
  trend_baseline_runs: 'Earlier checkups in the baseline.',
  trend_baseline_round_trip_seconds: 'Median over the baseline of the median round-trip time.',
  trend_threshold_round_trip_seconds: 'Above this median round-trip time, two checkups are slower than the baseline.',
};

/** The HELP text of each gauge by its name without the prefix. */
export const METRIC_HELP: Readonly<Record<string, string>> = {
  ...RUN_HELP,
  ...Object.fromEntries(
    METRICS.flatMap(({ prometheus, description, help }) => (prometheus ? [[prometheus, help ?? description]] : [])),
  ),
  ...Object.fromEntries(MIGRATION_FIGURES.map(({ prometheus, description }) => [prometheus, description] as const)),
  ...MESH_HELP,
};

const BASE_UNITS: Readonly<Record<Unit, (value: number) => number>> = {
  ns: nsToSeconds,
  ms: (value) => value / 1000,
  percent: (value) => value / 100,
  packets: (value) => value,
  bytes: (value) => value,
};

/** @param routes the routes of the run that the document describes */
export function renderPrometheus(document: ResultDocument, routes: readonly RouteRecord[]): string {
  return renderNetworks([{ document, routes }]);
}

/** Renders the metrics of each network of a run; their labels distinguish them. */
export function renderNetworks(networks: readonly NetworkFindings[]): string {
  const samples = networks.flatMap(({ document, routes, mesh }) => [
    ...runSamples(document),
    ...routes.flatMap((route) => routeSamples(document, route, mesh)),
    ...migrationSamples(document),
    ...(mesh === undefined ? [] : meshGauges(mesh, networkLabels(document))),
  ]);
  return Object.entries(METRIC_HELP)
    .flatMap(([name, help]) => {
      const own = samples.filter((sample) => sample.name === name);
      if (own.length === 0) return [];
      const metric = PREFIX + name;
      return [`# HELP ${metric} ${help}`, `# TYPE ${metric} gauge`, ...own.map((sample) => line(metric, sample)), ''];
    })
    .join('\n');
}

function line(metric: string, { labels, value }: GaugeSample): string {
  const known = Object.entries(labels).flatMap(([name, text]) =>
    text === undefined ? [] : [`${name}="${escaped(text)}"`],
  );
  return `${metric}${known.length === 0 ? '' : `{${known.join(',')}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Returns a sample of each value that is known. */
function samplesOf(labels: Labels, values: Readonly<Record<string, number | undefined>>): GaugeSample[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, labels, value }]));
}

/** Returns the labels that distinguish the checkups of one machine. */
function networkLabels({ parameters }: ResultDocument): Labels {
  return { network_namespace: parameters?.network.namespace, network_name: parameters?.network.name };
}

function runSamples(document: ResultDocument): GaugeSample[] {
  const { parameters, cluster, failures, stages, vmis } = document;
  const labels = networkLabels(document);
  const limits = { ...labels, statistic: parameters?.latencyStatistic };
  return [
    ...samplesOf(labels, {
      success: document.succeeded ? 1 : 0,
      start_timestamp_seconds:
        document.startTimestamp === undefined ? undefined : epochSeconds(document.startTimestamp),
      completion_timestamp_seconds: epochSeconds(document.completionTimestamp),
      vmis_left: vmis.left.length,
      vmis_kept: vmis.kept.length,
      limit_packet_loss_ratio: ratio(parameters?.maxPacketLossPercent),
      limit_migration_gap_seconds: document.migration && seconds(parameters?.maxMigrationGapNs),
    }),
    ...samplesOf(labels, trendValues(document)),
    ...samplesOf(limits, { limit_round_trip_seconds: seconds(parameters?.maxLatencyNs) }),
    ...samplesOf(
      {
        ...labels,
        kubernetes_version: cluster.kubernetes,
        kubevirt_version: cluster.kubeVirt,
        binding: document.network?.binding,
        image: document.image,
      },
      { info: 1 },
    ),
    ...distinct(failures.map(({ stage, code }) => ({ ...labels, stage, code }))).map((of) => ({
      name: 'failure',
      labels: of,
      value: 1,
    })),
    ...stages.flatMap(({ stage, durationMs }) =>
      samplesOf(
        { ...labels, stage },
        { stage_duration_seconds: durationMs === undefined ? undefined : durationMs / 1000 },
      ),
    ),
  ];
}

function trendValues(document: ResultDocument): Record<string, number | undefined> {
  const { trend, history = [], succeeded, completionTimestamp } = document;
  const lastSuccess = succeeded ? completionTimestamp : history.findLast((run) => run.succeeded)?.time;
  const baseline = trend?.baseline;
  return {
    last_success_timestamp_seconds: lastSuccess === undefined ? undefined : epochSeconds(lastSuccess),
    trend_slower: baseline && Number(trend.state === 'slower'),
    trend_more_loss: baseline && Number(trend.hasMoreLoss),
    trend_longer_migration_gap: trend?.gapBaseline && Number(trend.gapBaseline.isLonger),
    trend_baseline_runs: trend?.baselineRuns,
    trend_baseline_round_trip_seconds: seconds(baseline?.medianNs),
    trend_threshold_round_trip_seconds: seconds(baseline?.upperNs),
  };
}

/** In a mesh, the route is the worst pair: another one in each run. */
function routeSamples(document: ResultDocument, record: RouteRecord, mesh: MeshView | undefined): GaugeSample[] {
  const { family, direction } = record.route;
  const isNamed = mesh === undefined || hasPairGauges(mesh);
  const nodes = isNamed ? { source_node: document.source.node, target_node: document.target.node } : {};
  const labels = { ...networkLabels(document), ...nodes, family, direction };
  return METRICS.flatMap(({ prometheus: name, unit, of }) => {
    const value = of(record);
    return name === undefined || value === undefined ? [] : [{ name, labels, value: BASE_UNITS[unit](value) }];
  });
}

function migrationSamples(document: ResultDocument): GaugeSample[] {
  const { migration } = document;
  if (migration === undefined) return [];
  const labels = { ...networkLabels(document), from_node: migration.fromNode, to_node: migration.toNode };
  return MIGRATION_FIGURES.flatMap(({ prometheus, result, unit }) =>
    samplesOf(labels, { [prometheus]: inBaseUnit(unit, migration[result]) }),
  );
}

function inBaseUnit(unit: Unit, value: number | undefined): number | undefined {
  return value === undefined ? undefined : BASE_UNITS[unit](value);
}

function seconds(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : ns / 1e9;
}

function ratio(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100;
}

/** Returns undefined for an invalid timestamp: the start in a ConfigMap can be any text. */
function epochSeconds(timestamp: string): number | undefined {
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** Removes duplicates: a metric must not be repeated with the same labels. */
function distinct<T extends Labels>(all: readonly T[]): T[] {
  return [...new Map(all.map((labels) => [JSON.stringify(labels), labels])).values()];
}
