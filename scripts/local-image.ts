// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMAGE_ENTRYPOINT, IMAGE_STOP_SIGNAL, imageEnvironment } from '../image/entrypoint.ts';
import type { LocalImage } from '../lab/lab.ts';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** The checkup's image for pods of the lab: the image's entrypoint, environment and stop signal, run from this checkout. */
export const CHECKUP_IMAGE: LocalImage = {
  name: 'kubevirt-vm-latency',
  entrypoint: [process.execPath, ...IMAGE_ENTRYPOINT.slice(1)],
  stopSignal: IMAGE_STOP_SIGNAL,
  cwd: CHECKOUT,
  env: (directory) => ({
    ...imageEnvironment(CHECKOUT, directory, join(directory, 'artifacts')),
    TMPDIR: directory,
    METRICS_PUSH_SECRET_DIRECTORY: join(directory, 'var/run/secrets/kubevirt-vm-latency/metrics-push'),
  }),
};
