// SPDX-License-Identifier: Apache-2.0
/** docs/monitoring.md, compared with manifests/monitoring/ and checked by promtool. */
import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { objectsAt, textAt } from '../../../lab/objects.ts';
import { alertingRules, dashboard, promtool } from '../../support/monitoring.ts';
import { blocksOf, codes, read, tableRows } from '../docs/documents.ts';

const PAGE = 'docs/monitoring.md';

test('each alert has a row with its severity', () => {
  const alerts = objectsAt(alertingRules(), 'groups').flatMap((group) => objectsAt(group, 'rules'));
  const [, ...rows] = tableRows(read(PAGE), '## Alerts').map(([alert, severity]) => [...codes(alert), severity]);
  expect(rows).toEqual(alerts.map((alert) => [textAt(alert, 'alert'), textAt(alert, 'labels', 'severity')]));
});

test('each panel has a row', () => {
  const panels = objectsAt(dashboard(), 'panels').filter(({ type }) => type !== 'row');
  const [, ...rows] = tableRows(read(PAGE), '## Dashboard').map(([panel]) => panel);
  expect(rows).toEqual(panels.map((panel) => textAt(panel, 'title')));
});

test('promtool accepts the scrape configuration', async ({}, testInfo) => {
  const [block] = blocksOf(PAGE).filter(({ text }) => text.startsWith('scrape_configs:'));
  const file = testInfo.outputPath('prometheus.yml');
  writeFileSync(file, block?.text ?? 'none');
  const { exitCode, stdall } = await promtool(['check', 'config', file]);
  expect([exitCode, stdall]).toEqual([0, expect.stringContaining('SUCCESS')]);
});
