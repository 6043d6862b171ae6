// SPDX-License-Identifier: Apache-2.0
/** The tables of the documents, compared with the code. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { ENVIRONMENT } from '../../../fixtures/input/keys.ts';
import { TRANSIENT_NETWORK_CODES, TRANSIENT_STATUS } from '../../../fixtures/cluster/transient-errors.ts';
import { DIAGNOSIS_IDS } from '../../../model/diagnosis.ts';
import { ERROR_CODES } from '../../../model/errors.ts';
import { METRICS } from '../../../model/metrics.ts';
import { resultKey, STATUS_KEYS } from '../../../model/status-keys.ts';
import { CLEARED, RETAINED, LIST_FILE } from '../../../reporters/artifacts/list.ts';
import { METRIC_HELP } from '../../../reporters/views/prometheus.ts';
import { blocksOf, codes, DOCUMENTS, read, ROOT, tableRows } from './documents.ts';

test('each error code has a row', () => {
  const rows = tableRows(read('docs/failure-reasons.md'), '## Codes');
  expect(rows.flatMap(([code]) => codes(code))).toEqual([...ERROR_CODES]);
});

test('each diagnosis has a row, and a row for its evidence', () => {
  const [, diagnoses = ''] = read('docs/failure-reasons.md').split('\n## Diagnoses\n');
  const [meanings = '', evidence = ''] = diagnoses.split('\n## Evidence of each diagnosis\n');
  for (const part of [meanings, evidence]) {
    const named = [...part.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, id]) => id);
    expect(named.sort()).toEqual([...DIAGNOSIS_IDS].sort());
  }
});

test('the table of transient errors equals the code', () => {
  const rows = tableRows(read('docs/faults-and-interruption.md'), '## Transient errors');
  const documented = rows.flatMap(([error, time]) => codes(error).map((code) => [code, parseInt(time ?? '') * 1000]));
  expect(Object.fromEntries(documented)).toEqual({ ...TRANSIENT_NETWORK_CODES, ...TRANSIENT_STATUS });
});

test('each key of the run has a row', () => {
  const rows = tableRows(read('docs/results.md'), '## Keys of the run');
  expect(rows.flatMap(([key]) => codes(key)).sort()).toEqual(Object.values(STATUS_KEYS).sort());
});

test('queries use existing metrics', () => {
  const queries = blocksOf('docs/reports.md').filter(({ language }) => language === 'promql');
  const named = queries.flatMap(({ text }) => [...text.matchAll(/kubevirt_vm_latency_(\w+)/g)].map(([, name]) => name));
  expect(named).not.toEqual([]);
  for (const name of named) expect(Object.keys(METRIC_HELP)).toContain(name);
});

test('the schema of result.json lists every code and every diagnosis', () => {
  const { $defs } = JSON.parse(read('docs/result.schema.json')) as {
    $defs: Record<string, { properties: Record<string, { enum: string[] }> }>;
  };
  expect($defs['failure']?.properties['code']?.enum).toEqual([...ERROR_CODES]);
  expect($defs['diagnosis']?.properties['id']?.enum).toEqual([...DIAGNOSIS_IDS]);
});

test('every file that a run writes has a row', () => {
  const files = tableRows(read('docs/artifacts.md'), '## Files').flatMap(([cell]) => codes(cell));
  for (const file of [...CLEARED, ...RETAINED, LIST_FILE])
    expect(files.map((name) => name.replace(/\/$/, ''))).toContain(file);
});

test('the README uses existing output keys', () => {
  const keys = tableRows(read('README.md'), '## Result').flatMap(([cell]) => codes(cell));
  const known = [
    ...Object.values(STATUS_KEYS),
    ...METRICS.flatMap(({ statusKey }) => (statusKey === undefined ? [] : [resultKey(statusKey)])),
  ];
  const named = keys.filter((key) => key.startsWith('status.'));
  expect(named.length).toBeGreaterThan(8);
  for (const key of named) expect(known).toContain(key);
});

test('every environment variable that is not a parameter has a row', () => {
  const rows = tableRows(read('docs/parameters.md'), '## Other input');
  const named = rows.flatMap((cells) => cells.flatMap((cell) => codes(cell)));
  for (const name of Object.values(ENVIRONMENT).flat()) expect(named).toContain(name);
});

test('the documented versions of Node are those of package.json and of the bootstrap script', () => {
  const { engines, dependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const least = engines?.['node']?.replace('>=', '') ?? '';
  const [, bootstrap = ''] = /Node \((\d+) or later\)/.exec(read('scripts/bootstrap.mjs')) ?? [];
  const rows = tableRows(read('docs/compatibility.md'), '## Node').map(([, version]) => version);
  expect(rows).toContain(`${least} or later`);
  expect(rows).toContainEqual(expect.stringMatching(`^${bootstrap} or later: .* ${dependencies?.['node'] ?? 'none'}$`));
  for (const document of DOCUMENTS) {
    for (const [, version] of read(document).matchAll(/\bNode(?:\.js)? (\d[\d.]*) or later/g))
      expect([least, bootstrap], document).toContain(version);
  }
});

/** `${vmi.name}-guest.txt` in the code is `<VM>-guest.txt` in the table. */
test('each file of evidence has a row', () => {
  const sources = readdirSync(path.join(ROOT, 'fixtures/evidence')).map((file) => read(`fixtures/evidence/${file}`));
  const kept = [...sources.join('').matchAll(/collector\.(?:text|yaml)\(\s*[`']([^`']+)[`']/g)];
  const files = kept.map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(8);
  const documented = tableRows(read('docs/troubleshooting.md'), '## 3. Read the evidence').flatMap(([file]) =>
    codes(file),
  );
  for (const file of files) {
    const pattern = file.replace(/\$\{[\w.]*\}/g, '[^.]+').replace(/\.(\w+)$/, '\\.$1');
    expect(documented).toContainEqual(expect.stringMatching(new RegExp(`^evidence/${pattern}$`)));
  }
});
