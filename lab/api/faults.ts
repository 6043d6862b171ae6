// SPDX-License-Identifier: Apache-2.0
import type { Duplex } from 'node:stream';
import { StatusError } from '../kinds/status.ts';
import type { Attributes } from '../rbac/attributes.ts';

/**
 * The effect of a fault on a request: an error response (with `acts`, after the request took effect), a delay before it takes
 * effect (a time, or until a promise resolves), or a connection closed before or after it took effect.
 */
export type Effect =
  | { status: 429 | 500 | 503; retryAfterSeconds?: number; acts?: boolean }
  /** The refusal of an admission webhook. */
  | { denied: string }
  | { stallMs: number }
  | { hold: () => Promise<void> }
  | 'reset before'
  | 'reset after';

export interface Fault {
  /** Or a function that returns the effect for each matching request; undefined: no effect. */
  effect: Effect | ((request: Attributes) => Effect | undefined);
  /** The number of matching requests that it affects. */
  times: number;
  /** The number of matching requests that it skips first. Default: 0. */
  skip?: number;
  verb?: string;
  /** A plural name, or one with a subresource such as "pods/log". Default: any resource and subresource. */
  resource?: string;
}

/** Faults, used up in the order in which they were injected. */
export class Faults {
  readonly #pending = new Set<Fault>();

  inject(fault: Fault): void {
    this.#pending.add({ ...fault });
  }

  /** Returns the effect of the first matching fault and counts it as used; undefined if none matches. */
  takeEffect(request: Attributes): Effect | undefined {
    for (const fault of this.#pending) {
      if (!concerns(fault, request)) continue;
      if (fault.skip) {
        fault.skip -= 1;
        continue;
      }
      const effect = typeof fault.effect === 'function' ? fault.effect(request) : fault.effect;
      if (effect === undefined) continue;
      fault.times -= 1;
      if (fault.times <= 0) this.#pending.delete(fault);
      return effect;
    }
    return undefined;
  }
}

function concerns(fault: Fault, { verb, resource }: Attributes): boolean {
  if (fault.verb !== undefined && fault.verb !== verb) return false;
  if (fault.resource === undefined) return true;
  return resource !== undefined && fault.resource === [resource.plural, resource.subresource].filter(Boolean).join('/');
}

/** Delays a request until its time has passed or its client has disconnected (`left` aborts). */
export async function waitOut(effect: Effect | undefined, left: AbortSignal): Promise<void> {
  if (typeof effect !== 'object' || 'status' in effect || 'denied' in effect || left.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const stalled =
      'stallMs' in effect
        ? setTimeout(() => {
            resolve();
          }, effect.stallMs)
        : undefined;
    left.addEventListener('abort', () => {
      clearTimeout(stalled);
      resolve();
    });
    if ('hold' in effect) effect.hold().then(resolve, reject);
  });
}

/** Delays an upgraded connection; returns what the client sent meanwhile, or undefined if it has disconnected. */
export async function waitUpgraded(effect: Effect | undefined, socket: Duplex): Promise<Buffer[] | undefined> {
  if (effect === undefined) return [];
  const early: Buffer[] = [];
  const left = new AbortController();
  const leave = () => {
    left.abort();
  };
  const keep = (data: Buffer) => early.push(data);
  // A disconnect is noticed only while reading.
  socket.on('data', keep).on('end', leave).on('close', leave);
  await waitOut(effect, left.signal);
  socket.off('data', keep).off('end', leave).off('close', leave);
  if (!left.signal.aborted) return early;
  socket.destroy();
  return undefined;
}

const WORDS = {
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred: injected by the lab'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
} as const;

/** @throws StatusError if the effect is an error response for this stage: before the request takes effect, or after. */
export function throwRefusal(effect: Effect | undefined, moment: 'before' | 'after'): void {
  if (typeof effect === 'object' && 'denied' in effect && moment === 'before') {
    throw new StatusError(400, '', effect.denied);
  }
  if (typeof effect !== 'object' || !('status' in effect) || (effect.acts ? 'after' : 'before') !== moment) return;
  const { status, retryAfterSeconds } = effect;
  const [reason, message] = WORDS[status];
  throw new StatusError(status, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
