import type { ServedRequest } from '../api/server.ts';
import type { Lab } from '../cluster/interface.ts';

/** When a fault strikes. None of these keeps the process alive or outlives the lab. */

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

/** Once, `afterMs` after the first request served that is such a one. */
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

/** The checkup has made its VMIs and waits for them. */
export function inSetup({ verb, path, code }: ServedRequest): boolean {
  return (verb === 'get' || verb === 'watch') && VMI_PATH.test(path) && code === 200;
}

/** A guest is being used. */
export function onConsole({ path, code }: ServedRequest): boolean {
  return path.endsWith('/console') && code === 101;
}

/** The VMI that a request was about. */
export function vmiOf({ path }: ServedRequest): { namespace: string; name: string } {
  const [, namespace = '', name = ''] = /\/namespaces\/([^/]+)\/virtualmachineinstances\/([^/]+)/.exec(path) ?? [];
  return { namespace, name };
}
