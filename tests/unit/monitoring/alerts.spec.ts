// SPDX-License-Identifier: Apache-2.0
/** The alerts of manifests/monitoring/, checked and tested by promtool. */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { stringify } from 'yaml';
import type { ProcessOutput } from 'zx';
import { objectsAt, textAt, type JsonObject } from '../../../lab/objects.ts';
import { METRIC_HELP } from '../../../reporters/views/prometheus.ts';
import { alertingRules, promtool } from '../../support/monitoring.ts';

function alertsOf(rules: JsonObject): JsonObject[] {
  return objectsAt(rules, 'groups').flatMap((group) => objectsAt(group, 'rules'));
}

/** Runs the tests of the alerts on these rules. */
async function testRules(directory: string, rules: JsonObject): Promise<ProcessOutput> {
  writeFileSync(path.join(directory, 'rules.yaml'), stringify(rules));
  copyFileSync(path.join(import.meta.dirname, 'alerts.yaml'), path.join(directory, 'alerts.yaml'));
  return await promtool(['test', 'rules', path.join(directory, 'alerts.yaml')]);
}

const RULES = alertingRules();

test('promtool accepts the rules and passes the tests of the alerts', async ({}, testInfo) => {
  const { exitCode, stdall } = await testRules(testInfo.outputPath(), RULES);
  expect(stdall).toContain('SUCCESS');
  expect(exitCode).toBe(0);
  const checked = await promtool(['check', 'rules', testInfo.outputPath('rules.yaml')]);
  expect(checked.stdall).toContain(`SUCCESS: ${alertsOf(RULES).length} rules found`);
});

for (const [when, expr] of [
  ['never fires', 'kubevirt_vm_latency_success > 1'],
  ['always fires', 'vector(1)'],
] as const) {
  test(`the tests of each alert fail if it ${when}`, async ({}, testInfo) => {
    const wrong = structuredClone(RULES);
    for (const alert of alertsOf(wrong)) Object.assign(alert, { expr });
    const { exitCode, stdall } = await testRules(testInfo.outputPath(), wrong);
    expect(exitCode).toBe(1);
    for (const alert of alertsOf(RULES)) expect(stdall).toContain(`alertname: ${textAt(alert, 'alert') ?? ''}`);
  });
}

test('summary and description of each alert name the network', () => {
  for (const alert of alertsOf(RULES)) {
    for (const name of ['summary', 'description']) {
      const text = textAt(alert, 'annotations', name);
      expect(text).toContain('{{ $labels.network_namespace }}/{{ $labels.network_name }}');
    }
  }
});

test('rules and texts use existing metrics', () => {
  const named = [...JSON.stringify(RULES).matchAll(/kubevirt_vm_latency_(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(METRIC_HELP)).toEqual(expect.arrayContaining([...new Set(named)]));
});
