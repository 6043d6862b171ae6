// SPDX-License-Identifier: Apache-2.0
import type { ServedRequest } from '../api/server.ts';
import type { Lab } from '../cluster/interface.ts';

/** The times at which faults start. No timer keeps the process alive or runs after the lab has stopped. */

export function later(lab: Lab, ms: number, act: () => void): void {
  const timer = setTimeout(act, ms).unref();
  lab.onStop(() => {
    clearTimeout(timer);
  });
}

export function every(lab: Lab, ms: number, act: () => void): void {
  const timer = setInterval(act, ms).unref();
  lab.onStop(() => {
    clearInterval(timer);
  });
}

/** Calls `act` once, `afterMs` after the first response for which `isSuch` is true. */
export function afterRequest(
  lab: Lab,
  isSuch: (request: ServedRequest) => boolean,
  act: (request: ServedRequest) => void,
  afterMs = 0,
): void {
  const stop = lab.onRequest((request) => {
    if (!isSuch(request)) return;
    stop();
    later(lab, afterMs, () => {
      act(request);
    });
  });
}

const VMI_PATH = /\/virtualmachineinstances(\/|$)/;

/** Returns whether the request shows that a checkup waits for its VMIs. */
export function inSetup({ verb, path, code }: ServedRequest): boolean {
  return (verb === 'get' || verb === 'watch') && VMI_PATH.test(path) && code === 200;
}

/** Returns whether the request opened a console. */
export function onConsole({ path, code }: ServedRequest): boolean {
  return path.endsWith('/console') && code === 101;
}

/** Returns the VMI that a request names. */
export function vmiOf({ path }: ServedRequest): { namespace: string; name: string } {
  const [, namespace = '', name = ''] = /\/namespaces\/([^/]+)\/virtualmachineinstances\/([^/]+)/.exec(path) ?? [];
  return { namespace, name };
}
