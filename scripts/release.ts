// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run release`: makes all files of a release. It publishes nothing; .github/workflows/release.yml calls it and publishes what it made.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { writeManifests } from './release/manifests.ts';
import { findNotes, UNRELEASED, withAbsoluteLinks } from './release/notes.ts';
import { makeNpmPackage } from './release/npm-package.ts';
import { listPackages, makeSbom } from './release/sbom.ts';

const ROOT = path.join(import.meta.dirname, '..');
const { name, version } = packageJson;
const TAG = `v${version}`;
const USAGE = `Makes the files of a release: npm package, install.yaml, run.yaml, SBOM, checksums, notes.

  npm run release -- --dry-run [--image IMAGE] [--out DIRECTORY]
  npm run release -- --tag TAG --check
  npm run release -- --tag TAG --image IMAGE --repository URL [--out DIRECTORY]

  --dry-run          the notes are those of the section "Unreleased"
  --tag TAG          the tag of the release: v and the version of package.json
  --check            only check the tag and CHANGELOG.md
  --image IMAGE      the published image, with digest; default of a dry run: an example
  --repository URL   such as https://github.com/OWNER/${name}; default of a dry run: this example
  --out DIRECTORY    default: artifacts/release; it is replaced
  --help             this text
`;
const EXAMPLE = {
  image: `ghcr.io/OWNER/${name}@sha256:${'0'.repeat(64)}`,
  repository: `https://github.com/OWNER/${name}`,
};
const BY_DIGEST = /^[^\s@]+@sha256:[0-9a-f]{64}$/;
const REPOSITORY = /^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/;

class UsageError extends Error {}

interface Options {
  /** Undefined in a dry run. */
  tag: string | undefined;
  check: boolean;
  image: string;
  repository: string;
  out: string;
}

function parseOptions(args: string[]): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const { tag, check = false, 'dry-run': dryRun = false, image, repository } = values;
  if (dryRun === (tag !== undefined)) throw new UsageError('expected either --dry-run or --tag');
  if (tag !== undefined && tag !== TAG) {
    throw new UsageError(`--tag "${tag}": expected "${TAG}", for version ${version} of package.json`);
  }
  const options = {
    tag,
    check,
    image: image ?? (dryRun ? EXAMPLE.image : ''),
    repository: repository ?? (dryRun ? EXAMPLE.repository : ''),
    out: path.resolve(values.out ?? path.join(ROOT, 'artifacts', 'release')),
  };
  if (check) return options;
  if (!BY_DIGEST.test(options.image)) {
    throw new UsageError(`--image "${options.image}": expected NAME@sha256: and 64 hexadecimal digits`);
  }
  if (!REPOSITORY.test(options.repository)) {
    throw new UsageError(`--repository "${options.repository}": expected https://HOST/OWNER/NAME`);
  }
  return options;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        'dry-run': { type: 'boolean' },
        tag: { type: 'string' },
        check: { type: 'boolean' },
        image: { type: 'string' },
        repository: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Returns the line of a file in the format of sha256sum. */
async function checksumLine(file: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return `${digest}  ${path.basename(file)}\n`;
}

async function makeRelease({ tag, check, image, repository, out }: Options): Promise<void> {
  const changelog = await readFile(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
  const notes = findNotes(changelog, tag === undefined ? UNRELEASED : version);
  if (check) {
    console.log(`CHANGELOG.md has the notes of ${tag ?? UNRELEASED}.`);
    return;
  }
  await rm(out, { recursive: true, force: true });
  // Only these are published as assets.
  const assets = path.join(out, 'assets');
  await mkdir(assets, { recursive: true });
  const sbom = await makeSbom();
  const sbomFile = path.join(assets, `${name}-${version}.cdx.json`);
  await writeFile(sbomFile, `${JSON.stringify(sbom, undefined, 2)}\n`);
  const files = [
    ...(await writeManifests({ image, directory: assets })),
    await makeNpmPackage({ directory: assets, image, repository }),
    sbomFile,
  ];
  const sums = await Promise.all(files.map(checksumLine));
  await writeFile(path.join(assets, 'SHA256SUMS'), sums.join(''));
  await writeFile(path.join(out, 'notes.md'), withAbsoluteLinks(notes, { repository, tag: TAG }));
  console.log(`Packages in the image, without those of its base image:\n  ${listPackages(sbom).join('\n  ')}`);
  console.log(`Assets of ${tag ?? `${TAG} (dry run)`} in ${assets}:\n  ${sums.join('  ').trimEnd()}`);
  console.log(`Notes: ${path.join(out, 'notes.md')}`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else await makeRelease(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
