// SPDX-License-Identifier: Apache-2.0
/** Tables of the metrics for the documentation. */
import { METRICS, type Unit } from '../../model/metrics.ts';
import { MIGRATION_FIGURES, type MigrationFigure } from '../../model/migration.ts';
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

/** Returns the table of the ConfigMap's keys of a live migration. */
export function migrationKeyTable(): string {
  const rows = MIGRATION_FIGURES.map((figure: MigrationFigure) => {
    const value = figure.unit === 'ms' ? 'whole milliseconds' : STATUS_UNITS[figure.unit];
    return `| \`${figure.statusKey}\` | ${value} | ${withNote(figure)} |`;
  });
  return ['', '| Key | Value | Description |', '|-|-|-|', ...rows, ...NODE_ROWS, ''].join('\n');
}

const NODE_ROWS = [
  '| `fromNode` | node name | Node from which the target VM was migrated. |',
  '| `toNode` | node name | Node to which the target VM was migrated. |',
];

/** Returns the table of the gauges in `metrics.prom`. */
export function gaugeTable(): string {
  const rows = Object.entries(METRIC_HELP).map(([name, help]) => `| \`${name}\` | ${help} |`);
  return ['', '| Metric, after `kubevirt_vm_latency_` | Description |', '|-|-|', ...rows, ''].join('\n');
}
