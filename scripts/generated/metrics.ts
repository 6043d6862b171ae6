/** What documentation and the schema of `result.json` say of the metrics. */
import { LATENCY } from '../../model/latency.ts';
import { METRICS, type Metric, type ResultObject, type Unit } from '../../model/metrics.ts';
import { METRIC_HELP } from '../../reporters/views/prometheus.ts';

function explained({ description, note }: Pick<Metric, 'description' | 'note'>): string {
  return note === undefined ? description : `${description} ${note}`;
}

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
    statusKey === undefined ? [] : [`| \`${statusKey}\` | ${STATUS_UNITS[unit]} | ${explained(metric)} |`],
  );
  return ['', '| Key | Value | Description |', '|-|-|-|', ...rows, ''].join('\n');
}

/** Returns the table of the gauges in `metrics.prom`. */
export function gaugeTable(): string {
  const rows = Object.entries(METRIC_HELP).map(([name, help]) => `| \`${name}\` | ${help} |`);
  return ['', '| Metric, after `kubevirt_vm_latency_` | Description |', '|-|-|', ...rows, ''].join('\n');
}

/** Returns the JSON Schema of one object of a route. */
function metricSchema(object: ResultObject, description: string, optional: readonly string[] = []): object {
  const rows = METRICS.flatMap(({ result, ...metric }) =>
    result?.[0] === object ? [{ ...metric, member: result[1] }] : [],
  );
  const properties = rows.map(({ member, unit, ...metric }) => {
    const type = unit === 'percent' ? { type: 'number', minimum: 0, maximum: 100 } : { type: 'integer', minimum: 0 };
    return [member, { ...type, description: explained(metric).replaceAll('`', '') }];
  });
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(properties) as object,
    required: rows.map(({ member }) => member).filter((member) => !optional.includes(member)),
    additionalProperties: false,
  };
}

export function latencySchema(): object {
  const optional = Object.entries(LATENCY).flatMap(([member, row]) => ('optional' in row ? [member] : []));
  return metricSchema('latency', 'Round-trip times, nanoseconds. Absent if no reply came.', optional);
}

export function packetsSchema(): object {
  return metricSchema('packets', 'Numbers of packets.');
}

export function pathMtuSchema(): object {
  return metricSchema('pathMtu', 'Sizes in bytes. Only with probeMtu.');
}
