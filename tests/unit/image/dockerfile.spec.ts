// SPDX-License-Identifier: Apache-2.0
/** The Dockerfile matches the code. tests/e2e/image-build.spec.ts builds it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { IMAGE_ENTRYPOINT, IMAGE_HOME, imageEnvironment, IMAGE_STOP_SIGNAL } from '../../../image/entrypoint.ts';
import { PRODUCT } from '../../../image/contents.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Returns the instructions in order, with continued lines joined. */
function instructions(): [name: string, value: string][] {
  const lines = read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, name = '', value = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    return [name, value];
  });
}

/** Returns the values of an instruction in the last stage. */
function last(name: string): string[] {
  const all = instructions();
  const stage = all.slice(all.findLastIndex(([one]) => one === 'FROM'));
  return stage.filter(([one]) => one === name).map(([, value]) => value);
}

const argument = (name: string): string | undefined =>
  instructions()
    .find(([one, value]) => one === 'ARG' && value.startsWith(`${name}=`))?.[1]
    .split('=')[1];

test('its entrypoint and environment are those of the lab’s image', () => {
  const [entrypoint = '[]'] = last('ENTRYPOINT');
  expect(JSON.parse(entrypoint)).toEqual(IMAGE_ENTRYPOINT);
  const environment = last('ENV').flatMap((value) => value.split(/\s+/).map((pair) => pair.split('=')));
  expect(Object.fromEntries(environment)).toEqual({
    ...imageEnvironment(IMAGE_HOME, '/tmp', '/artifacts'),
    HOME: '/',
  });
  expect(last('WORKDIR')).toEqual([IMAGE_HOME]);
});

test('what runs during a build runs on the processor of the builder', () => {
  const stages = instructions().filter(([name]) => name === 'FROM');
  expect(stages.map(([, value]) => value)).toEqual([
    '--platform=$BUILDPLATFORM ${NODE_IMAGE} AS tree',
    '${NODE_IMAGE}',
  ]);
  expect(instructions()).toContainEqual(['ARG', 'TARGETARCH']);
});

test('it stops on SIGINT, runs as a numeric user of group 0, and has a volume for artifacts', () => {
  expect(last('STOPSIGNAL')).toEqual([IMAGE_STOP_SIGNAL]);
  expect(last('USER')).toEqual([expect.stringMatching(/^[1-9]\d*:0$/)]);
  expect(last('VOLUME')).toEqual(['/artifacts']);
  expect(last('RUN')).toEqual([]);
});

test('it contains the files of the tree and nothing else', () => {
  const copies = last('COPY').map((value) => value.split(' '));
  expect(copies).toEqual([
    ['--from=tree', IMAGE_HOME, IMAGE_HOME],
    ['--from=tree', '/image/', '/'],
  ]);
  expect(instructions()).toContainEqual(['RUN', `node image/tree.ts ${IMAGE_HOME}`]);
});

test('its versions are those of package.json', () => {
  const { version, dependencies } = JSON.parse(read('package.json')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  expect(argument('VERSION')).toBe(version);
  for (const manifest of ['job.yaml', 'scheduled/cronjob.yaml', 'indexed/job.yaml', 'config.yaml']) {
    const images = [...read(`manifests/${manifest}`).matchAll(/image: (\S+)/g)].map(([, image]) => image);
    expect([manifest, images]).toEqual([manifest, [`kubevirt-vm-latency:${version}`]]);
  }
  expect(argument('NODE_VERSION')).toBe(dependencies['node']);
});

test('the build context contains each part of the checkup, and the Dockerfile copies existing paths only', () => {
  const allowed = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
  expect(allowed).toEqual(expect.arrayContaining(PRODUCT));
  expect(allowed.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
});
