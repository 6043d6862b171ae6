// SPDX-License-Identifier: Apache-2.0
import type { Effect } from '../api/faults.ts';
import type { Lab } from '../cluster/interface.ts';
import { afterRequest, every, inSetup } from './triggers.ts';
import { otherWriterFirst } from './other-writer.ts';
import type { Scenario } from './scenario.ts';

const VMIS = 'virtualmachineinstances';
const NADS = 'network-attachment-definitions';

/** Returns a function that injects `effect` into each kind of request that a checkup makes, `times` times. */
function onEach(effect: Effect, times: number): (lab: Lab) => void {
  return (lab) => {
    for (const verb of ['create', 'get', 'delete']) lab.inject({ verb, resource: VMIS, times, effect });
    for (const verb of ['get', 'update']) lab.inject({ verb, resource: 'configmaps', times, effect });
    lab.inject({ verb: 'get', resource: NADS, times, effect });
    lab.inject({ verb: 'list', resource: 'kubevirts', times, effect });
  };
}

/** Faults of the API server and its watches. */
export const API_SCENARIOS: readonly Scenario[] = [
  {
    name: 'too-many-requests',
    description: 'the first of each kind of request gets 429 with Retry-After: 1',
    area: 'api',
    tolerated: true,
    begin: onEach({ status: 429, retryAfterSeconds: 1 }, 1),
  },
  {
    name: 'burst-500',
    description: 'the first two requests of each kind get 500',
    area: 'api',
    tolerated: true,
    begin: onEach({ status: 500 }, 2),
  },
  {
    name: 'burst-503',
    description: 'the first two requests of each kind and the first two console connections get 503',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      onEach({ status: 503 }, 2)(lab);
      lab.inject({ resource: `${VMIS}/console`, times: 2, effect: { status: 503 } });
    },
  },
  {
    name: 'connection-reset',
    description: 'the connections of the first two requests of each kind are reset before the requests take effect',
    area: 'api',
    tolerated: true,
    begin: onEach('reset before', 2),
  },
  {
    name: 'lost-answer',
    description: 'both VMIs are created and both ConfigMap updates made, but the responses are lost',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      lab.inject({ verb: 'create', resource: VMIS, times: 2, effect: 'reset after' });
      lab.inject({ verb: 'update', resource: 'configmaps', times: 2, effect: 'reset after' });
    },
  },
  {
    name: 'stall-30s',
    description: 'the first create of a VMI waits half a minute',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      lab.inject({ verb: 'create', resource: VMIS, times: 1, effect: { stallMs: 30_000 } });
    },
  },
  {
    name: 'configmap-conflict',
    description: 'another client changes the ConfigMap just before each of the first two updates',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      lab.inject({ verb: 'update', resource: 'configmaps', times: 2, effect: otherWriterFirst(lab) });
    },
  },
  {
    name: 'token-rotation',
    description: 'during setup every kubeconfig gets a new token; the old ones are refused',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      afterRequest(lab, inSetup, () => {
        for (const path of lab.kubeconfigs()) lab.rotateToken(path);
      });
    },
  },
  {
    name: 'api-restart',
    description: 'during setup the API server is down for 2 s',
    area: 'api',
    tolerated: true,
    begin: (lab) => {
      afterRequest(lab, inSetup, () => void lab.restart(2000));
    },
  },
  {
    name: 'watch-drop',
    description: 'every second all open watches end',
    area: 'watch',
    tolerated: true,
    begin: (lab) => {
      every(lab, 1000, () => void lab.endWatches());
    },
  },
  {
    name: 'watch-gone',
    description: 'every second all open watches end with 410, and the history is discarded',
    area: 'watch',
    tolerated: true,
    begin: (lab) => {
      every(lab, 1000, () => {
        lab.compact();
        lab.expireWatches();
      });
    },
  },
];
