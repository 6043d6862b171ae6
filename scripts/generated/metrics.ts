// SPDX-License-Identifier: Apache-2.0
/** Tables of the metrics for the documentation. */
import { METRICS, type Unit } from '../../model/metrics.ts';
import { withNote } from '../../model/schema.ts';
import { METRIC_HELP } from '../../reporters/views/prometheus.ts';

const STATUS_UNITS: Readonly<Record<Unit, string>> = {
  ns: 'whole nanoseconds',
  ms: 'whole seconds',
  packets: 'whole number',
  percent: 'decimal, percent',
  bytes: 'bytes',
};

/** Returns the table of the ConfigMap's keys of a route. */
export function statusKeyTable(): string {
  const rows = METRICS.flatMap(({ statusKey, unit, ...metric }) =>
    statusKey === undefined ? [] : [`| \`${statusKey}\` | ${STATUS_UNITS[unit]} | ${withNote(metric)} |`],
  );
  return ['', '| Key | Value | Description |', '|-|-|-|', ...rows, ''].join('\n');
}

/** Returns the table of the gauges in `metrics.prom`. */
export function gaugeTable(): string {
  const rows = Object.entries(METRIC_HELP).map(([name, help]) => `| \`${name}\` | ${help} |`);
  return ['', '| Metric, after `kubevirt_vm_latency_` | Description |', '|-|-|', ...rows, ''].join('\n');
}
