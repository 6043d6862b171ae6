/** What the documents say, compared with the code. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { ENVIRONMENT, environmentName, PARAMETER_NAMES } from '../../fixtures/input/keys.ts';
import { DIAGNOSIS_IDS } from '../../model/diagnosis.ts';
import { ERROR_CODES } from '../../model/errors.ts';
import { METRIC_HELP } from '../../reporters/prometheus.ts';
import { REPLACED } from '../../reporters/artifacts-directory.ts';
import { resultKey, ROUTE_METRICS, STATUS_KEYS } from '../../model/status-keys.ts';
import { textAt } from '../../lab/store/json.ts';
import { checkupPermissions, checkupRbac, extendedRbac, permissionsOf } from '../checkup/permissions.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The cells of every table row under a heading, code marks taken off. */
function tableRows(document: string, heading: string): string[][] {
  const [, section = ''] = document.split(`\n${heading}\n`);
  const [own = ''] = section.split(/\n#+ /);
  const rows = own
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[ -]*-\|?/.test(line.replaceAll('- |', '-|')));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

test('each error code has its row', () => {
  const rows = tableRows(
    read('docs/failure-reasons.md').replace('# Failure reasons', '\n# Failure reasons'),
    '# Failure reasons',
  );
  expect(rows.flatMap(([code]) => codes(code))).toEqual([...ERROR_CODES]);
});

test('each diagnosis has its row', () => {
  const rows = tableRows(read('docs/failure-reasons.md'), '## Diagnoses');
  expect(rows.flatMap(([id]) => codes(id)).sort()).toEqual([...DIAGNOSIS_IDS].sort());
});

test('the tables of output keys are the code', () => {
  const document = read('docs/results.md');
  const keys = (heading: string): string[] => tableRows(document, heading).flatMap(([cell]) => codes(cell));
  expect(keys('## Keys of the run').sort()).toEqual(Object.values(STATUS_KEYS).sort());
  expect(keys('## Keys of a route')).toEqual([...ROUTE_METRICS]);
});

test('the table of metrics is the code', () => {
  const cells = tableRows(read('docs/reports.md'), '## metrics.prom').flatMap(([cell]) => codes(cell));
  expect(cells.filter((cell) => !cell.endsWith('_')).sort()).toEqual(Object.keys(METRIC_HELP).sort());
});

test('the schema of result.json knows every code, and every diagnosis', () => {
  const { $defs } = JSON.parse(read('docs/result.schema.json')) as {
    $defs: Record<string, { properties: Record<string, { enum: string[] }> }>;
  };
  expect($defs['failure']?.properties['code']?.enum).toEqual([...ERROR_CODES]);
  expect($defs['diagnosis']?.properties['id']?.enum).toEqual([...DIAGNOSIS_IDS]);
});

test('every file that a run leaves has its row', () => {
  const files = tableRows(`\n${read('docs/artifacts.md')}`, '# Artifacts and disks').flatMap(([cell]) => codes(cell));
  for (const file of [...REPLACED, 'metrics.prom'])
    expect(files.map((name) => name.replace(/\/$/, ''))).toContain(file);
});

test('the README names output keys that are there', () => {
  const keys = tableRows(read('README.md'), '## Output').flatMap(([cell]) => codes(cell));
  const known = [...Object.values(STATUS_KEYS), ...ROUTE_METRICS.map((metric) => resultKey(metric))];
  const named = keys.filter((key) => key.startsWith('status.'));
  expect(named.length).toBeGreaterThan(8);
  for (const key of named) expect(known).toContain(key);
});

test('the tables of input are the code', () => {
  const rows = tableRows(read('README.md'), '## Input');
  const parameters = rows.map(([environment, name]) => [codes(environment)[0], codes(name)[0]]);
  for (const name of PARAMETER_NAMES) expect(parameters).toContainEqual([environmentName(name), name]);
  expect(parameters.filter(([, name]) => PARAMETER_NAMES.some((known) => known === name))).toHaveLength(
    PARAMETER_NAMES.length,
  );
  const named = rows.flatMap(([cell]) => codes(cell));
  for (const name of Object.values(ENVIRONMENT).flat())
    expect([...named, ...rows.flatMap(([, cell]) => codes(cell))]).toContain(name);
});

test('every YAML block of the README and every manifest parses', () => {
  const blocks = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const files = readdirSync(path.join(ROOT, 'manifests'), { recursive: true, encoding: 'utf8' });
  const manifests = files.filter((file) => file.endsWith('.yaml')).map((file) => read(`manifests/${file}`));
  expect([blocks.length, manifests.length]).toEqual([1, 8]);
  for (const text of [...blocks, ...manifests]) {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  }
});

test('the manifest grants what existing users grant, and nothing else', () => {
  const granted = checkupPermissions().map(({ group, resource, verb }) => `${group}/${resource} ${verb}`);
  expect(granted.sort()).toEqual([
    ...['/configmaps get', '/configmaps update', 'k8s.cni.cncf.io/network-attachment-definitions get'],
    ...['create', 'delete', 'get'].map((verb) => `kubevirt.io/virtualmachineinstances ${verb}`),
    'subresources.kubevirt.io/virtualmachineinstances/console get',
  ]);
});

test('the manifest that goes on top of it only reads', () => {
  const granted = permissionsOf(extendedRbac()).map(({ group, resource, verb }) => `${group}/${resource} ${verb}`);
  expect(granted.sort()).toEqual([
    ...['/events list', '/nodes list', '/pods list', '/pods/log get', 'kubevirt.io/virtualmachineinstances watch'],
  ]);
});

test('neither asks for everything, for secrets, or to write beyond its namespace', () => {
  const objects = [...checkupRbac(), ...extendedRbac()];
  for (const { group, resource, verb } of permissionsOf(objects)) {
    expect([group, resource, verb]).not.toContain('*');
    expect(resource).not.toMatch(/secrets/);
  }
  const boundEverywhere = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');
  const names = boundEverywhere.map((binding) => textAt(binding, 'roleRef', 'name'));
  const roles = objects.filter(
    ({ kind, metadata }) => kind === 'ClusterRole' && names.includes(textAt(metadata, 'name')),
  );
  expect(roles).toHaveLength(names.length);
  for (const { verb } of permissionsOf(roles)) expect(['get', 'list', 'watch']).toContain(verb);
});

test('no file of the lab outgrows its room', () => {
  const files = readdirSync(path.join(ROOT, 'lab'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(50);
  const long = sources.filter((file) => read(`lab/${file}`).split('\n').length > 251);
  expect(long).toEqual([]);
});
