import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMAGE_ENTRYPOINT, imageEnvironment } from '../image/entrypoint.ts';
import type { LocalImage } from '../lab/lab.ts';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** The checkup's image for pods of the lab: the image's entrypoint and environment, run from this checkout. */
export const CHECKUP_IMAGE: LocalImage = {
  name: 'kubevirt-vm-latency',
  entrypoint: [process.execPath, ...IMAGE_ENTRYPOINT.slice(1)],
  cwd: CHECKOUT,
  env: (directory) => ({
    ...imageEnvironment(CHECKOUT, directory, join(directory, 'artifacts')),
    TMPDIR: directory,
  }),
};
