// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from '../rbac/attributes.ts';
import type { Effect } from '../api/faults.ts';
import type { Lab } from '../cluster/interface.ts';
import { seededRandom } from '../network/random.ts';
import { later } from './triggers.ts';
import { otherWriterFirst } from './other-writer.ts';

const RESPONSES = ['429', '500', '503', 'reset before', 'lost answer', 'short stall'] as const;
/** Faults of the whole server, with a pause between two of them. */
const WHOLE_SERVER = ['api restart', 'token rotation'] as const;
const WATCHES = ['watch drop', 'watch gone'] as const;
const CONSOLES = ['console drop', 'console take-over'] as const;

type FaultKind =
  (typeof RESPONSES | typeof WHOLE_SERVER | typeof WATCHES | typeof CONSOLES)[number] | 'configmap conflict';

export interface RandomFaults {
  /** Returns how often each kind occurred. */
  counts(): Record<FaultKind, number>;
  /** Stops injecting faults. */
  stop(): void;
}

const CHANCE = 1 / 6;
/** Higher, because a checkup has few watches, consoles and updates of the ConfigMap. */
const RARE_CHANCE = 1 / 2;
/** A request that failed this many times in a row succeeds when it is repeated. */
const MAX_IN_A_ROW = 2;
const PAUSE_MS = 5000;
const DOWN_MS = 1000;
const STALL_MS = 1500;
const TAKEN_MS = 1000;

/**
 * Injects faults into random requests, reproducible by seed as far as the requests are. A client that retries for about 8 s
 * tolerates each of them.
 */
export function randomFaults(lab: Lab, seed: number): RandomFaults {
  const random = seededRandom(seed);
  const counts = new Map<FaultKind, number>(
    [...RESPONSES, ...WHOLE_SERVER, ...WATCHES, ...CONSOLES, 'configmap conflict' as const].map((kind) => [kind, 0]),
  );
  const inARow = new Map<string, number>();
  const otherWriter = otherWriterFirst(lab);
  let stopped = false;
  let pausedUntil = 0;

  const count = (kind: FaultKind, times = 1) => counts.set(kind, (counts.get(kind) ?? 0) + times);
  /** Returns a random one of the least frequent kinds. */
  const rarest = <Kind extends FaultKind>(kinds: readonly Kind[]): Kind | undefined => {
    const least = Math.min(...kinds.map((kind) => counts.get(kind) ?? 0));
    const rare = kinds.filter((kind) => counts.get(kind) === least);
    return rare[Math.floor(random() * rare.length)];
  };
  const play = (request: Attributes): Effect | undefined => {
    const kind = rarest([
      ...RESPONSES,
      ...(Date.now() >= pausedUntil ? WHOLE_SERVER : []),
      ...(isConfigMapUpdate(request) ? (['configmap conflict'] as const) : []),
    ]);
    if (kind === undefined) return undefined;
    count(kind);
    switch (kind) {
      case '429':
        return { status: 429, retryAfterSeconds: 1 };
      case '500':
        return { status: 500 };
      case '503':
        return { status: 503 };
      case 'reset before':
        return 'reset before';
      case 'lost answer':
        return 'reset after';
      case 'short stall':
        return { stallMs: random() * STALL_MS };
      case 'configmap conflict':
        return otherWriter(request);
      case 'api restart':
        pausedUntil = Date.now() + PAUSE_MS;
        void lab.restart(DOWN_MS);
        return 'reset before';
      case 'token rotation':
        pausedUntil = Date.now() + PAUSE_MS;
        for (const path of lab.kubeconfigs()) lab.rotateToken(path);
        return undefined;
    }
  };

  lab.inject({
    times: Infinity,
    effect: (request) => {
      if (stopped || !request.resource) return undefined;
      const asked = `${request.verb} ${request.path}`;
      const before = inARow.get(asked) ?? 0;
      inARow.delete(asked);
      const chance = isConfigMapUpdate(request) ? RARE_CHANCE : CHANCE;
      if (random() >= chance || before >= MAX_IN_A_ROW) return undefined;
      inARow.set(asked, before + 1);
      return play(request);
    },
  });
  const stopListening = lab.onRequest(({ verb, path, code }) => {
    const watches = verb === 'watch' && code === 200;
    const consoles = path.endsWith('/console') && code === 101;
    if (stopped || (!watches && !consoles) || random() >= RARE_CHANCE) return;
    later(lab, 100 + random() * 600, () => {
      const kind = rarest<(typeof WATCHES | typeof CONSOLES)[number]>(watches ? WATCHES : CONSOLES);
      if (kind === undefined || stopped) return;
      const inject = {
        'watch drop': () => lab.endWatches(),
        'watch gone': () => lab.expireWatches(),
        'console drop': () => lab.dropConsoles(),
        'console take-over': () => lab.takeConsoles(TAKEN_MS),
      };
      void Promise.resolve(inject[kind]()).then((hit) => count(kind, Math.min(hit, 1)));
    });
  });
  return {
    counts: () => Object.fromEntries(counts) as Record<FaultKind, number>,
    stop: () => {
      stopped = true;
      stopListening();
    },
  };
}

function isConfigMapUpdate({ verb, resource }: Attributes): boolean {
  return verb === 'update' && resource?.plural === 'configmaps';
}
