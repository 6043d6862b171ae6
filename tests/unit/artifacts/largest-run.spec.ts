// SPDX-License-Identifier: Apache-2.0
/** The volumes of the manifests contain the files of the largest run that the parameters allow. */
import { constants } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { FETCH_LIMITS } from '../../../command/fetch-artifacts.ts';
import { artifactSaver, SAVED_LIMITS } from '../../../fixtures/artifacts.fixture.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../../lab/objects.ts';
import { PARAMETERS } from '../../../model/parameters.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderMeshFiles } from '../../../reporters/views/mesh-files.ts';
import { renderPage } from '../../../reporters/views/page/page.ts';
import { NETWORK_PAGES } from '../reporters/page/network-documents.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', '..', 'manifests');
const GIB = 2 ** 30;
/** A name of 60 characters. */
const NODE = 'w$1.rack-12.zone-a.production.cluster.example.internal.corp.';
/** html-report/ without attachments, allure-results/, junit.xml, metrics.prom and the list of files, with a margin. */
const OTHER_FILES = 32 * 2 ** 20;

/** Returns a mesh of 100 nodes with long names and long numbers, in both directions and both families. */
function meshOf100(): ResultDocument {
  const text = JSON.stringify(NETWORK_PAGES['mesh of 100']).replaceAll(/\bw(\d{3})\b/g, NODE);
  const document = JSON.parse(text, (key, value: unknown) => (key.endsWith('Ns') ? 59_999_999_999 : value)) as ResultDocument;
  const networks = (document.networks ?? []).map((network) => ({
    ...network,
    pairs: (network.pairs ?? []).flatMap((pair) => {
      const both = [pair, { ...pair, from: pair.to, to: pair.from }];
      return both.flatMap((one) => [one, { ...one, family: 'ipv6' as const }]);
    }),
  }));
  return { ...document, networks };
}

/**
 * Returns an upper bound of the bytes of the result files of meshes with the most VMs: the sizes grow at most with the number of pairs.
 * Each file is one string, and is not written if it is longer than a string of V8 can be.
 */
function largestMeshes(count: number): number {
  const document = meshOf100();
  const files: { text: string }[] = [
    ...renderMeshFiles(document),
    { text: JSON.stringify(document, undefined, 2) },
    { text: renderPage(document, new Map()) },
  ];
  const most = Number(/\d+$/.exec(PARAMETERS.maxVms.type.expected)?.[0]);
  expect(most).toBe(1000);
  const growth = (count * most * (most - 1)) / (100 * 99);
  const sizes = files.map(({ text }) => Math.min(constants.MAX_STRING_LENGTH, Buffer.byteLength(text) * growth));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Returns the `sizeLimit` of each emptyDir of a manifest in bytes. */
function emptyDirs(file: string): Record<string, number> {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as JsonObject | null);
  const pods = documents.flatMap((object) => {
    if (object === null) return [];
    const places = [['spec'], ['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec']];
    return places.flatMap((place) => objectsAt(object, ...place, 'volumes'));
  });
  return Object.fromEntries(
    pods.flatMap((volume) => {
      const emptyDir = objectAt(volume, 'emptyDir');
      if (emptyDir === undefined) return [];
      const gib = /^(\d+)Gi$/.exec(textAt(emptyDir, 'sizeLimit') ?? '')?.[1];
      return [[textAt(volume, 'name') ?? '', Number(gib) * GIB]];
    }),
  );
}

test('each emptyDir contains the files of a run with four meshes of 1000 nodes', () => {
  const { longTexts, files, attachments } = SAVED_LIMITS;
  expect(longTexts).toBeLessThan(files);
  // html-report/ and allure-results/ have a copy of each attachment.
  const saved = files + 2 * attachments;
  const bytes = saved + OTHER_FILES + largestMeshes(4);
  expect(bytes).toBeGreaterThan(GIB);
  const manifests = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const found = manifests
    .map((file) => [file, emptyDirs(path.join(MANIFESTS, file))] as const)
    .filter(([, volumes]) => Object.keys(volumes).length > 0);
  expect(found.map(([file]) => file).sort()).toEqual(['indexed/job.yaml', 'job.yaml', 'scheduled/cronjob.yaml']);
  for (const [file, volumes] of found) {
    // If the artifacts directory cannot be used, the files are written to /tmp.
    expect(Object.keys(volumes), file).toEqual(['tmp', 'artifacts']);
    for (const limit of Object.values(volumes)) expect(limit, file).toBeGreaterThan(bytes);
    expect(volumes['artifacts'], file).toBe(FETCH_LIMITS.bytes);
  }
  const [claim] = parseAllDocuments(
    readFileSync(path.join(MANIFESTS, 'scheduled-with-artifacts/claim.yaml'), 'utf8'),
  ).map((document) => document.toJS() as JsonObject);
  expect(parseInt(textAt(claim, 'spec', 'resources', 'requests', 'storage') ?? '') * GIB).toBeGreaterThan(bytes);
});

test('the saved files and the attachments of a run stay within their limits', async ({}, testInfo) => {
  const limits = { longTexts: 1_000_000, files: 1_500_000, attachments: 600_000 };
  const directory = testInfo.outputPath('artifacts');
  const attached: string[] = [];
  const attach = (_name: string, options?: { body?: string | Buffer }): Promise<void> => {
    attached.push(String(options?.body));
    return Promise.resolve();
  };
  const warnings: string[] = [];
  const log = console.log;
  console.log = (line: string) => warnings.push(line);
  const keep = artifactSaver({ directory, unfinished: directory }, { attach }, limits);
  const ping = Array.from({ length: 4000 }, (_, index) => `64 bytes from 198.18.0.1: icmp_seq=${index} time=0.5 ms\n`).join('');
  try {
    for (let index = 1; index <= 20; index += 1) await keep(`logs/net-${index}/ping.txt`, 'text/plain', ping);
  } finally {
    console.log = log;
  }
  const sizes = Array.from({ length: 20 }, (_, index) => {
    return statSync(path.join(directory, `logs/net-${index + 1}/ping.txt`), { throwIfNoEntry: false })?.size;
  });
  const sum = sizes.reduce<number>((total, size = 0) => total + size, 0);
  expect(sum).toBeLessThanOrEqual(limits.files);
  expect(sum).toBeGreaterThan(limits.files - 100_000);
  const whole = Math.floor(limits.longTexts / ping.length);
  expect(sizes.slice(0, whole)).toEqual(Array<number>(whole).fill(ping.length));
  const shortened = readFileSync(path.join(directory, `logs/net-${whole + 1}/ping.txt`), 'utf8');
  expect(shortened).toMatch(/^64 bytes .*icmp_seq=0 [^…]*\n… \d+ characters are left out here: the files of this run have /);
  expect(shortened).toMatch(/icmp_seq=3999 time=0\.5 ms\n$/);
  // A file that does not fit is missing, with a warning.
  expect(sizes.at(-1)).toBeUndefined();
  expect(warnings.length).toBe(sizes.filter((size) => size === undefined).length);
  expect(warnings.at(-1)).toMatch(/^ {4}warning: \S+\/logs\/net-20\/ping\.txt was not saved: the files of this run have /);
  expect(attached).toHaveLength(20);
  expect(Buffer.byteLength(attached.join(''))).toBeLessThan(limits.attachments + 20 * 100);
  expect(attached.at(-1)).toBe('See logs/net-20/ping.txt');
});
