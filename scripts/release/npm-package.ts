// SPDX-License-Identifier: Apache-2.0
/** Makes the npm package: the command and the checkup as JavaScript, because Node refuses TypeScript below node_modules. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { PRODUCT } from '../../image/contents.ts';
import { filesBelow } from '../../image/lay-out.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = path.join(import.meta.dirname, '..', '..');
const CONTENTS = [...PRODUCT, 'command', 'manifests', 'README.md', 'CHANGELOG.md'];
const IMAGE = /^( *(?:- )?image: )kubevirt-vm-latency:\S+$/gm;
const { name, version, description, license, type, engines } = packageJson;
const VERSIONS: Readonly<Record<string, string>> = { ...packageJson.devDependencies, ...packageJson.dependencies };

export interface NpmPackageRequest {
  /** Where the package is written; it is created. */
  directory: string;
  /** The image of the Job. Default: that of manifests/. */
  image?: string | undefined;
  /** The URL of the Git repository. npm requires it for provenance. */
  repository?: string | undefined;
}

/** Makes the package. @returns its path */
export async function makeNpmPackage({ directory, image, repository }: NpmPackageRequest): Promise<string> {
  const work = await mkdtemp(path.join(tmpdir(), 'kubevirt-vm-latency-package-'));
  try {
    for (const entry of CONTENTS) await cp(path.join(ROOT, entry), path.join(work, entry), { recursive: true });
    const files = await filesBelow(work);
    const imported = new Set<string>();
    for (const file of files.filter((file) => file.endsWith('.ts'))) {
      for (const one of await compile(path.join(work, file))) imported.add(one);
    }
    if (image !== undefined) {
      for (const file of files.filter((file) => file.endsWith('.yaml'))) await setImage(path.join(work, file), image);
    }
    const manifest = {
      name,
      version,
      description,
      license,
      ...(repository !== undefined && { repository: { type: 'git', url: `git+${repository}.git` } }),
      type,
      engines,
      bin: { [name]: 'command/start.cjs' },
      dependencies: Object.fromEntries([...imported].sort().map((name) => [name, versionOf(name)])),
    };
    await writeFile(path.join(work, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await mkdir(directory, { recursive: true });
    const { stdout } = await promisify(execFile)('npm', ['pack', work, '--json', '--pack-destination', directory]);
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    return path.join(directory, filename);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Replaces a file with its JavaScript. @returns the packages that it imports */
async function compile(file: string): Promise<string[]> {
  const source = await readFile(file, 'utf8');
  await rm(file);
  if (file.endsWith('.d.ts')) return [];
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2024,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  await writeFile(file.replace(/\.ts$/, '.js'), outputText);
  const imports = ts.preProcessFile(outputText).importedFiles.map(({ fileName }) => fileName);
  return imports.flatMap((from) => (isBuiltin(from) ? [] : (/^(?:@[^/]+\/)?[^@./][^/]*/.exec(from)?.[0] ?? [])));
}

/** @throws Error if package.json does not list the package */
function versionOf(imported: string): string {
  const version = VERSIONS[imported];
  if (version === undefined) throw new Error(`package.json does not list the imported package "${imported}"`);
  return version;
}

async function setImage(file: string, image: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(IMAGE, (_, before: string) => `${before}${image}`),
  );
}
