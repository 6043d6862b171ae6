// SPDX-License-Identifier: Apache-2.0
/** The Grafana dashboard of manifests/monitoring/. Grafana itself is not run. */
import { expect, test } from '@playwright/test';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../../lab/objects.ts';
import { METRIC_HELP } from '../../../reporters/views/prometheus.ts';
import { dashboard } from '../../support/monitoring.ts';

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Colours of Okabe and Ito, which colour-blind people can distinguish, and a grey. */
const COLOURS = ['#0072B2', '#56B4E9', '#E69F00', '#D55E00', '#CC79A7', '#8C8C8C'];

const PANELS = objectsAt(dashboard(), 'panels');
const CHARTS = PANELS.filter((panel) => panel['type'] !== 'row');

function cellsOf(panel: JsonObject): string[] {
  const { x, y, w, h } = objectAt(panel, 'gridPos') as Record<string, number>;
  expect((x ?? 0) + (w ?? 0)).toBeLessThanOrEqual(24);
  return Array.from({ length: h ?? 0 }, (_, row) =>
    Array.from({ length: w ?? 0 }, (_, column) => `${(x ?? 0) + column} ${(y ?? 0) + row}`),
  ).flat();
}

test('panels have their own ids and places', () => {
  const ids = PANELS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const cells = PANELS.flatMap(cellsOf);
  expect(new Set(cells).size).toBe(cells.length);
});

test('each panel has a title, a description, a text for no data, and the selected data source', () => {
  expect(CHARTS.length).toBeGreaterThan(10);
  for (const panel of CHARTS) {
    expect(textAt(panel, 'title')).toMatch(/\w/);
    expect(textAt(panel, 'description')).toMatch(/\.$/);
    expect(textAt(panel, 'fieldConfig', 'defaults', 'noValue')).toMatch(/^(No|Not) /);
    for (const one of [panel, ...objectsAt(panel, 'targets')]) expect(one['datasource']).toEqual(DATASOURCE);
  }
});

test('each value has a unit or a text, and each series a legend', () => {
  for (const panel of CHARTS.filter(({ type }) => type !== 'table')) {
    const { unit, mappings } = objectAt(panel, 'fieldConfig', 'defaults') ?? {};
    expect(unit ?? mappings, textAt(panel, 'title')).not.toEqual([]);
    for (const target of objectsAt(panel, 'targets')) {
      expect(textAt(target, 'legendFormat')).toContain('{{network_namespace}}/{{network_name}}');
    }
  }
});

test('colours are distinguishable for colour-blind people', () => {
  const used = JSON.stringify(PANELS).match(/#[0-9a-f]{3,8}\b/gi) ?? [];
  expect(COLOURS).toEqual(expect.arrayContaining([...new Set(used)]));
  // Series of a chart have colours of their own: the default palette has red and green.
  for (const panel of CHARTS.filter(({ type }) => type === 'timeseries')) {
    const patterns = objectsAt(panel, 'fieldConfig', 'overrides').map((one) => textAt(one, 'matcher', 'options') ?? '');
    for (const target of objectsAt(panel, 'targets')) {
      const legend = textAt(target, 'legendFormat') ?? '';
      const matching = patterns.filter((pattern) => legend.startsWith(pattern.slice(2, -1)));
      if (!legend.startsWith('{{') && !legend.startsWith('quantile {{')) expect(matching, legend).toHaveLength(1);
    }
  }
});

test('each query selects existing metrics of the networks of the variables, and only them', () => {
  const names = objectsAt(dashboard(), 'templating', 'list').map((variable) => textAt(variable, 'name'));
  expect(names).toEqual(['datasource', 'namespace', 'network', 'max_age']);
  for (const target of CHARTS.flatMap((panel) => objectsAt(panel, 'targets'))) {
    const expr = textAt(target, 'expr') ?? '';
    const selectors = [...expr.matchAll(/kubevirt_vm_latency_(\w+)(.{0,60})/g)];
    expect(selectors.length).toBeGreaterThan(0);
    for (const [, name, selector] of selectors) {
      expect(Object.keys(METRIC_HELP)).toContain(name);
      expect(selector).toContain('{network_namespace=~"$namespace",network_name=~"$network"');
    }
  }
});

test('a row of panels repeats for each network', () => {
  expect(
    PANELS.filter((panel) => panel['repeat'] !== undefined).map((row) => [row['type'], at(row, 'repeat')]),
  ).toEqual([['row', 'network']]);
});
