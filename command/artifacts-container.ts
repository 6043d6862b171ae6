// SPDX-License-Identifier: Apache-2.0
/**
 * The second container of the Job's pod. Files cannot be copied from a container that has ended, so this one shares the artifacts
 * volume with the checkup and waits until they are fetched.
 */
import { list, record, type Json } from '../fixtures/cluster/objects.ts';

export const ARTIFACTS_CONTAINER = 'artifacts';
/** The default artifacts directory of the image. */
const DIRECTORY = '/artifacts';
const IN_SHELL = `\${ARTIFACTS_DIR:-${DIRECTORY}}`;
const FETCHED = `${IN_SHELL}/.fetched`;

/** Writes all artifacts to standard output. */
export const FETCH_COMMAND = ['sh', '-c', `tar -C "${IN_SHELL}" -cf - .`];
/** Ends the container. */
export const RELEASE_COMMAND = ['sh', '-c', `: > "${FETCHED}"`];

/** Returns a pod with this container, whose artifacts are on a volume. */
export function withArtifactsVolume(pod: Json, container: Json): Json {
  const mounts = list(container['volumeMounts']);
  if (mounts.some((mount) => record(mount)['mountPath'] === DIRECTORY)) return { ...pod, containers: [container] };
  const mount = { name: 'fetched-artifacts', mountPath: DIRECTORY };
  return {
    ...pod,
    containers: [{ ...container, volumeMounts: [...mounts, mount] }],
    volumes: [...list(pod['volumes']), { name: mount.name, emptyDir: {} }],
  };
}

/**
 * Returns the second container: a shell that sleeps in steps of half a second. As process 1 of its container it is not killed by the
 * SIGTERM that ends the pod. It still waits then, since the artifacts of an interrupted checkup are fetched, too.
 */
export function artifactsContainer(checkup: Json, limitMs: number): Json {
  const steps = Math.ceil(limitMs / 500);
  const wait = [
    `mkdir -p "${IN_SHELL}"`,
    `trap : TERM INT`,
    `n=0`,
    `while [ ! -e "${FETCHED}" ] && [ "$n" -lt ${steps} ]; do sleep 0.5; n=$((n + 1)); done`,
    `exit 0`,
  ];
  const { image, imagePullPolicy, securityContext, volumeMounts } = checkup;
  return {
    name: ARTIFACTS_CONTAINER,
    image,
    command: ['sh', '-c', wait.join('\n')],
    ...(imagePullPolicy !== undefined && { imagePullPolicy }),
    ...(securityContext !== undefined && { securityContext }),
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    // A read-only mount contains credentials of the checkup.
    volumeMounts: list(volumeMounts).filter((mount) => record(mount)['readOnly'] !== true),
  };
}
