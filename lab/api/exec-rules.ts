// SPDX-License-Identifier: Apache-2.0
import { badRequest } from '../kinds/status.ts';
import { PODS } from '../kinds/kinds.ts';
import { objectsAt, textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Attributes } from '../rbac/attributes.ts';

/** Finds the container of a log or exec request, with the messages of Kubernetes' pkg/registry/core/pod/strategy.go. */

export function isExec({ resource }: Attributes): boolean {
  return resource?.group === '' && resource.plural === PODS.plural && resource.subresource === 'exec';
}

/** Returns the requested container, or the only one. @throws StatusError 400 if it is ambiguous or does not exist. */
export function requireContainer(pod: KubeObject, asked: string | undefined): string {
  const { name } = pod.metadata;
  const [regular, init] = ['containers', 'initContainers'].map((field) =>
    objectsAt(pod.spec, field).map((container) => textAt(container, 'name') ?? ''),
  );
  const [only, ...others] = regular ?? [];
  if (asked === undefined) {
    if (only !== undefined && others.length === 0) return only;
    const more = init?.length ? ` or one of the init containers: [${init.join(' ')}]` : '';
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${(regular ?? []).join(' ')}]${more}`,
    );
  }
  if (![...(regular ?? []), ...(init ?? [])].includes(asked)) {
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  return asked;
}
