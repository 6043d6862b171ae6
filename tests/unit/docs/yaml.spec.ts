// SPDX-License-Identifier: Apache-2.0
/** YAML examples parse, their ConfigMaps contain valid input, and their kustomizations refer to existing files. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { objectAt, objectsAt, textAt, textsAt, type JsonObject } from '../../../lab/objects.ts';
import { blocksOf, DOCUMENTS, read, ROOT } from './documents.ts';

const MANIFESTS = readdirSync(path.join(ROOT, 'manifests'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `manifests/${file}`);
const BLOCKS = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => language === 'yaml');

function parsed(text: string): JsonObject[] {
  const documents = parseAllDocuments(text, { strict: true });
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document) => document.toJS() as JsonObject);
}

/** Its values must be strings, or the API server refuses it. */
function data(object: JsonObject): Record<string, string> {
  const own = objectAt(object, 'data') ?? {};
  const texts = Object.keys(own).map((key) => [key, textAt(own, key)] as const);
  expect(texts.filter(([, text]) => text === undefined)).toEqual([]);
  return Object.fromEntries(texts.map(([key, text = '']) => [key, text]));
}

const nameOf = (object: JsonObject): string => `${textAt(object, 'kind')} ${textAt(object, 'metadata', 'name')}`;

/** A user downloads them into the directory of the kustomization. */
const RELEASED = ['install.yaml', 'run.yaml'];
const PUBLISHED_IMAGE = 'ghcr.io/OWNER/kubevirt-vm-latency';

/** Checks a kustomization of `directory`, which need not exist. */
function expectKustomization(object: JsonObject, directory: string): void {
  const bases = [...textsAt(object, 'resources'), ...textsAt(object, 'components')];
  const resources = bases.filter((base) => !RELEASED.includes(base)).map((base) => path.join(directory, base));
  expect(bases.length > 0 || object['kind'] === 'Component').toBe(true);
  for (const resource of resources) {
    const file = resource.endsWith('.yaml') ? resource : path.join(resource, 'kustomization.yaml');
    expect(existsSync(path.join(ROOT, file)), file).toBe(true);
  }
  const deployed = MANIFESTS.flatMap((file) => parsed(read(file)));
  // A patch with a target is a list of operations.
  const merged = objectsAt(object, 'patches').filter(({ target }) => target === undefined);
  for (const patch of merged.flatMap((one) => parsed(textAt(one, 'patch') ?? 'none'))) {
    const patched = deployed.find((one) => nameOf(one) === nameOf(patch));
    expect(patched, nameOf(patch)).toBeDefined();
    if (patched && patch['kind'] === 'ConfigMap') parseInput({}, { ...data(patched), ...data(patch) }, false);
  }
  const images = MANIFESTS.flatMap((file) => [...read(file).matchAll(/\bimage: ([^:\s]+)/g)].map(([, image]) => image));
  // In install.yaml, the image has its published name.
  const known = bases.includes('install.yaml') ? [PUBLISHED_IMAGE] : images;
  for (const image of objectsAt(object, 'images')) expect(known).toContain(textAt(image, 'name'));
}

/** The directory in the document: next to manifests/. */
const BESIDE = 'my-checkups';

for (const [index, { document, text }] of BLOCKS.entries()) {
  test(`YAML block ${index + 1} in ${document} is valid`, () => {
    for (const object of parsed(text)) {
      // promtool checks it: tests/unit/monitoring/.
      if (object['scrape_configs'] !== undefined) continue;
      const kind = textAt(object, 'kind');
      expect(['ConfigMap', 'Kustomization']).toContain(kind);
      if (kind === 'ConfigMap') expect(parseInput({}, data(object), false).warnings).toEqual([]);
      else expectKustomization(object, BESIDE);
    }
  });
}

test('the documents contain YAML', () => {
  expect(BLOCKS.length).toBeGreaterThan(2);
});

for (const file of MANIFESTS) {
  test(`${file} parses`, () => {
    for (const object of parsed(read(file))) {
      if (['Kustomization', 'Component'].includes(textAt(object, 'kind') ?? ''))
        expectKustomization(object, path.dirname(file));
      if (object['kind'] === 'ConfigMap') parseInput({}, data(object), false);
    }
  });
}
