// SPDX-License-Identifier: Apache-2.0
/** `npm run package`: makes the npm package, and prints its path. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeNpmPackage } from './release/npm-package.ts';

const USAGE = `npm run package [-- DIRECTORY]
  DIRECTORY          where the package is written; default: artifacts/release
  --image IMAGE      the image that the command runs in the cluster; default: that of manifests/
  --repository URL   the Git repository, such as https://github.com/OWNER/kubevirt-vm-latency`;

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { image: { type: 'string' }, repository: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = parse();
const { image, repository, help } = values;
const [directory = path.join(import.meta.dirname, '..', 'artifacts', 'release')] = positionals;
console.log(help ? USAGE : await makeNpmPackage({ directory: path.resolve(directory), image, repository }));
