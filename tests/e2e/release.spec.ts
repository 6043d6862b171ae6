// SPDX-License-Identifier: Apache-2.0
/** `npm run release`: the files of a release, and what it refuses. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import packageJson from '../../package.json' with { type: 'json' };
import type { Sbom } from '../../scripts/release/sbom.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const IMAGE = `ghcr.io/someone/kubevirt-vm-latency@sha256:${'3'.repeat(64)}`;
const { version } = packageJson;

function release(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [path.join(ROOT, 'scripts', 'release.ts'), ...args], { encoding: 'utf8' });
}

test('a dry run makes the assets, their checksums, the notes and the SBOM', { tag: '@slow' }, ({}, testInfo) => {
  const out = testInfo.outputPath('release');
  const { status, stdout, stderr } = release('--dry-run', '--image', IMAGE, '--out', out);
  expect(status, stderr).toBe(0);
  console.log(stdout);
  const assets = path.join(out, 'assets');
  const names = readdirSync(assets).sort();
  expect(names).toEqual([
    'SHA256SUMS',
    'install.yaml',
    `kubevirt-vm-latency-${version}.cdx.json`,
    `kubevirt-vm-latency-${version}.tgz`,
    'run.yaml',
  ]);
  const sums = readFileSync(path.join(assets, 'SHA256SUMS'), 'utf8').trimEnd().split('\n').sort();
  expect(sums).toEqual(
    names
      .slice(1)
      .map((name) => `${sha256(path.join(assets, name))}  ${name}`)
      .sort(),
  );
  expect(readFileSync(path.join(assets, 'install.yaml'), 'utf8')).toContain(`image: ${IMAGE}\n`);
  const notes = readFileSync(path.join(out, 'notes.md'), 'utf8');
  expect(notes).toMatch(/^### Added$/m);
  expect(notes).not.toMatch(/\]\(docs\//);

  const sbom = JSON.parse(readFileSync(path.join(assets, `kubevirt-vm-latency-${version}.cdx.json`), 'utf8')) as Sbom;
  expectSbom(sbom);
  for (const { name, version } of sbom.components) expect(stdout).toContain(`\n  ${name} ${version}\n`);
});

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Compares the SBOM with the rules of CycloneDX and with what the product is known to need. */
function expectSbom(sbom: Sbom): void {
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
  expect(sbom.metadata.component).toMatchObject({ type: 'application', name: 'kubevirt-vm-latency', version });
  const refs = [sbom.metadata.component, ...sbom.components].map((component) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  for (const { name, version, purl } of sbom.components) {
    expect(purl).toBe(`pkg:${name === 'node.js' ? 'generic' : 'npm'}/${name.replace('@', '%40')}@${version}`);
  }
  expect(sbom.dependencies.map(({ ref }) => ref).sort()).toEqual([...refs].sort());
  for (const { dependsOn } of sbom.dependencies) expect(refs).toEqual(expect.arrayContaining(dependsOn));

  const { node, ...direct } = packageJson.dependencies;
  const listed = sbom.components.map(({ name, version }) => `${name} ${version}`);
  expect(listed).toEqual(expect.arrayContaining(Object.entries(direct).map((entry) => entry.join(' '))));
  expect(listed).toContain(`node.js ${node}`);
  const names = sbom.components.map(({ name }) => name);
  for (const absent of ['node', 'eslint', 'esbuild', '@types/node']) expect(names).not.toContain(absent);
}

for (const [args, why] of [
  [['--dry-run', '--tag', `v${version}`], 'expected either --dry-run or --tag'],
  [[], 'expected either --dry-run or --tag'],
  [['--tag', version], `--tag "${version}": expected "v${version}", for version ${version} of package.json`],
  [['--tag', 'v99.0.0', '--check'], `--tag "v99.0.0": expected "v${version}", for version ${version} of package.json`],
  [['--tag', `v${version}`], '--image "": expected NAME@sha256: and 64 hexadecimal digits'],
  [['--dry-run', '--image', 'x:1'], '--image "x:1": expected NAME@sha256: and 64 hexadecimal digits'],
  [['--dry-run', '--repository', 'github.com/o/r'], '--repository "github.com/o/r": expected https://HOST/OWNER/NAME'],
] as const) {
  test(`refuses: ${args.join(' ') || 'no option'}`, () => {
    const { status, stdout, stderr } = release(...args);
    expect(stderr.split('\n')[0]).toBe(why);
    expect([status, stdout]).toEqual([2, '']);
  });
}
