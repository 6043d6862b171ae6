// SPDX-License-Identifier: Apache-2.0
/** Alerts and dashboard: applied by stock kubectl, and on what a run pushes, with a real Pushgateway and Prometheus. SIMULATED guests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import type { Lab } from '../../lab/lab.ts';
import { objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { configMapData, setConfigMap } from '../support/cluster-facts.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { alertingRules, dashboard, MONITORING, promtool, readDashboard } from '../support/monitoring.ts';
import { askPrometheus, startPrometheus, startPushgateway, type Server } from '../support/prometheus-server.ts';

const SCRAPED = { timeout: 10_000 };
/** The format accepts the label; users may already select it. */
const KNOWN_COMPLAINT =
  'kubevirt_vm_latency_mesh_round_trip_seconds non-summary metrics should not have "quantile" label';
/** As many as the trend needs before the newest two runs. */
const EARLIER_RUNS = 8;

interface DashboardQuery {
  /** The title of the panel, and the id of the query in it. */
  name: string;
  expr: string;
  instant: boolean;
}

/** Returns the queries of the dashboard, with its variables replaced as in Grafana if all networks are selected. */
async function dashboardQueries(prometheus: Server): Promise<DashboardQuery[]> {
  const values: Record<string, string> = {};
  const replaced = (text: string): string => text.replace(/\$(\w+)/g, (known, name: string) => values[name] ?? known);
  for (const variable of objectsAt(dashboard(), 'templating', 'list')) {
    const [name = '', type = ''] = [textAt(variable, 'name'), textAt(variable, 'type')];
    if (type === 'custom') values[name] = textAt(variable, 'current', 'value') ?? '';
    if (type !== 'query') continue;
    const [, series = '', label = ''] =
      /^label_values\((.+), (\w+)\)$/.exec(textAt(variable, 'query', 'query') ?? '') ?? [];
    const found = await askPrometheus(prometheus, `label/${label}/values`, { 'match[]': replaced(series) });
    values[name] = name === 'namespace' ? 'latency' : 'blue';
    expect(found).toEqual([values[name]]);
  }
  return objectsAt(dashboard(), 'panels').flatMap((panel) =>
    objectsAt(panel, 'targets').map((target) => ({
      name: `${textAt(panel, 'title') ?? ''} ${textAt(target, 'refId') ?? ''}`,
      expr: replaced(textAt(target, 'expr') ?? ''),
      instant: target['instant'] === true,
    })),
  );
}

/** Returns the firing alerts: the description of each name. */
async function firingAlerts(prometheus: Server): Promise<Record<string, string>> {
  const alerts = objectsAt(await askPrometheus(prometheus, 'alerts'), 'alerts');
  return Object.fromEntries(
    alerts
      .filter((alert) => alert['state'] === 'firing')
      .map((alert) => [textAt(alert, 'labels', 'alertname') ?? '', textAt(alert, 'annotations', 'description') ?? '']),
  );
}

/** Puts runs before the only run of the history: the same run with a third of its round-trip times. */
function addQuickerRuns(lab: Lab): void {
  const [line = ''] = (configMapData(lab)['history.runs'] ?? '').split('\n');
  const thirds = line.replace(/"(p50Ns|p90Ns|judgedNs)":(\d+)/g, (_, name: string, ns: string) => {
    return `"${name}":${Math.round(Number(ns) / 3)}`;
  });
  const earlier = Array.from({ length: EARLIER_RUNS }, (_, index) =>
    thirds.replace(/"run":"\w+"/, `"run":"${String(index).padStart(16, '0')}"`),
  );
  setConfigMap(lab, { 'history.runs': [...earlier, line].join('\n') });
}

test(
  'alerts fire and resolve in Prometheus, and it returns series for each query of the dashboard',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const gateway = await startPushgateway();
    const prometheus = await startPrometheus(testInfo.outputPath('prometheus'), gateway);
    try {
      const lab = await newLab({ nodes: 3, impairment: { delayMs: 1 } });
      setConfigMap(lab, {
        'spec.timeout': '2m',
        'spec.param.metricsPushUrl': gateway.url,
        'spec.param.overwriteResults': 'true',
        'spec.param.maxPacketLossPercent': '50',
      });
      const start = Date.now() / 1000;
      const ends: number[] = [];
      /** Runs a checkup, waits until exactly these alerts are firing, and returns their descriptions. */
      const run = async (parameters: Readonly<Record<string, string>>, names: string[]): Promise<string> => {
        const keys = Object.entries(parameters).map(([name, value]) => [`spec.param.${name}`, value] as const);
        setConfigMap(lab, Object.fromEntries(keys));
        const artifacts = testInfo.outputPath(`artifacts-${ends.length}`);
        const { output } = await checkup(lab).ended;
        expect(output).not.toContain('not pushed');
        await expect.poll(async () => Object.keys(await firingAlerts(prometheus)), SCRAPED).toEqual(names);
        ends.push(Date.now() / 1000);
        const linted = await promtool(['check', 'metrics'], readFileSync(path.join(artifacts, 'metrics.prom'), 'utf8'));
        expect(linted.stdall.split('\n').filter((line) => line !== '' && line !== KNOWN_COMPLAINT)).toEqual([]);
        return Object.values(await firingAlerts(prometheus)).join('\n');
      };

      const failed = await run({ maxDesiredLatencyMilliseconds: '0.01' }, ['KubevirtVmLatencyFailed']);
      expect(failed).toContain('network latency/blue failed, with LatencyExceeded in stage latency.');

      addQuickerRuns(lab);
      const slower = await run({ maxDesiredLatencyMilliseconds: '1000' }, ['KubevirtVmLatencySlower']);
      expect(slower).toMatch(/network latency\/blue was above the threshold of \S+s, usual is \S+s\./);

      lab.impair({ links: [{ between: ['node-1', 'node-2'], cut: true }] });
      const pairs = await run({ topology: 'mesh', maxFailedPairs: '1', retestWorstPairs: '0' }, [
        'KubevirtVmLatencyPairsFailed',
      ]);
      expect(pairs).toMatch(/network latency\/blue: 1\. Node with the most failed pairs: node-[12] \(1\)\./);

      for (const { name, expr: query, instant } of await dashboardQueries(prometheus)) {
        const countSeries = async (): Promise<number> => {
          // The last step of a range that ends with the alert can be before the scrape that it fires for.
          const range = { start: String(start), end: String(Date.now() / 1000), step: '1' };
          const answers = instant
            ? ends.map((time) => askPrometheus(prometheus, 'query', { query, time: String(time) }))
            : [askPrometheus(prometheus, 'query_range', { query, ...range })];
          return (await Promise.all(answers)).flatMap((answer) => objectsAt(answer, 'result')).length;
        };
        await expect.poll(countSeries, { ...SCRAPED, message: `${name}: ${query}` }).toBeGreaterThan(0);
      }
    } finally {
      await prometheus.stop();
      await gateway.stop();
    }
  },
);

test('the kustomization has the alerts, and a ConfigMap of the dashboard that the API server accepts', async ({
  newLab,
}, testInfo) => {
  const lab = await newLab();
  const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
  await kubectl.ok('create', 'namespace', 'monitoring');
  const objects = parseAllDocuments(await kubectl.ok('kustomize', MONITORING)).map(
    (document) => document.toJS() as JsonObject,
  );
  const [configMap = {}, rule] = objects;
  expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'PrometheusRule']);
  // The lab has no PrometheusRules: promtool checks the rules.
  expect(rule?.['spec']).toEqual(alertingRules());
  expect(rule?.['metadata']).toMatchObject({ name: 'kubevirt-vm-latency', namespace: 'monitoring' });

  const { status, stderr } = await kubectl.apply(configMap);
  expect([status, stderr]).toEqual([0, '']);
  const applied = lab.get('configmaps', 'monitoring', 'kubevirt-vm-latency-dashboard');
  expect(applied?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  expect(applied?.['data']).toEqual({ 'dashboard.json': readDashboard() });
});
