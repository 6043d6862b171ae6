// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run image:tree [-- DIRECTORY]`: lays out the files that the image has in /opt/kubevirt-vm-latency, and prints their sizes.
 * The Dockerfile runs this and copies the directory.
 */
import path from 'node:path';
import { layOut } from './lay-out.ts';
import { renderSizes, sizesByPart } from './sizes.ts';
import { isForeign, removeCompiledCode, warmUp } from './warm-up.ts';

const ROOT = path.join(import.meta.dirname, '..');
const directory = path.resolve(process.argv[2] ?? path.join(ROOT, '.cache/image-tree'));

await layOut(directory);
warmUp(directory);
// Set by the builder of an image. Another processor does not use this one's compiled code.
if (isForeign(process.env['TARGETARCH'])) removeCompiledCode(directory);
console.log(`${directory}\n${renderSizes(await sizesByPart(directory))}`);
