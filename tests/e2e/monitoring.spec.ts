/** Alerts and dashboard: applied by stock kubectl, and on what a run pushes, with a real Pushgateway and Prometheus. SIMULATED guests. */
import { expect } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../lab/objects.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { alertingRules, MONITORING, readDashboard } from '../support/monitoring.ts';

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
