// SPDX-License-Identifier: Apache-2.0
/** Counts of API requests by verb and resource. */
import { attributesOf, type ServedRequest } from '../../lab/lab.ts';

type Request = Pick<ServedRequest, 'verb' | 'path'>;

/** Returns "pods" or "pods/log"; "discovery" for a path without a resource. */
function resourceOf(path: string): string {
  const { resource } = attributesOf('GET', new URL(path, 'https://lab'));
  if (resource === undefined) return 'discovery';
  return resource.subresource === '' ? resource.plural : `${resource.plural}/${resource.subresource}`;
}

/** Returns counts such as "get virtualmachineinstances" → 6, in descending order. */
export function countRequests(requests: readonly Request[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { verb, path } of requests) {
    const what = `${verb} ${resourceOf(path)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return new Map([...counts].toSorted(([, a], [, b]) => b - a));
}

/** Returns the largest number of these times within one second. */
export function mostPerSecond(times: readonly Date[]): number {
  const sorted = times.map(Number).toSorted((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, time, index) => {
    while (time - (sorted[from] ?? time) >= 1000) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}
