// SPDX-License-Identifier: Apache-2.0
/** Makes the SBOM of a release, in CycloneDX: the npm packages of the image at their locked versions, and Node. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { belongsInImage } from '../../image/contents.ts';
import lock from '../../package-lock.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = path.join(import.meta.dirname, '..', '..');
const MOST_BYTES = 64 * 1024 * 1024;
const NODE_VERSION = packageJson.dependencies.node;
const NODE = {
  'bom-ref': `node.js@${NODE_VERSION}`,
  type: 'platform',
  name: 'node.js',
  version: NODE_VERSION,
  cpe: `cpe:2.3:a:nodejs:node.js:${NODE_VERSION}:*:*:*:*:*:*:*`,
  purl: `pkg:generic/node.js@${NODE_VERSION}`,
};

interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  version: string;
  purl: string;
}

interface Dependency {
  ref: string;
  dependsOn: string[];
}

export interface Sbom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: Dependency[];
}

interface LockedPackage {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
}

/** Returns "name@version" of every npm package in the image. */
function packagesOfImage(): Set<string> {
  const packages = Object.entries(lock.packages as Record<string, LockedPackage>).flatMap(([place, locked]) => {
    const below = place.replace(/^node_modules\//, '');
    const needed = place !== '' && !locked.dev && !locked.devOptional && belongsInImage(`${below}/package.json`);
    return needed ? [`${below.replace(/^.*node_modules\//, '')}@${locked.version ?? ''}`] : [];
  });
  return new Set(packages);
}

export async function makeSbom(): Promise<Sbom> {
  // `--omit dev` of npm 11.19 also omits packages that are needed both at run time and for development.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, maxBuffer: MOST_BYTES });
  const sbom = JSON.parse(stdout) as Sbom;
  const { component } = sbom.metadata;
  const packages = packagesOfImage();
  const components = sbom.components.filter(({ name, version }) => packages.has(`${name}@${version}`));
  const refs = new Set([component, ...components].map((one) => one['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: [
        ...dependsOn.filter((one) => refs.has(one)),
        ...(ref === component['bom-ref'] ? [NODE['bom-ref']] : []),
      ],
    }));
  return {
    ...sbom,
    // npm takes the name from the directory.
    metadata: { ...sbom.metadata, component: { ...component, name: packageJson.name } },
    components: [...components, NODE],
    dependencies: [...dependencies, { ref: NODE['bom-ref'], dependsOn: [] }],
  };
}

/** Returns "name version" of each component, sorted. */
export function listPackages({ components }: Sbom): string[] {
  return components.map(({ name, version }) => `${name} ${version}`).sort();
}
