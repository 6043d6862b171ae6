import type { Duplex } from 'node:stream';
import { StatusError } from '../kinds/status.ts';
import type { Attributes } from '../rbac/attributes.ts';

/**
 * What goes wrong with a request: an answer other than its own (with `acts`, after it acted), a wait before it acts (a time, or
 * until a promise resolves), or a connection broken off before or after the act.
 */
export type Effect =
  | { status: 429 | 500 | 503; retryAfterSeconds?: number; acts?: boolean }
  | { stallMs: number }
  | { hold: () => Promise<void> }
  | 'reset before'
  | 'reset after';

export interface Fault {
  /** Or who chooses one for each matching request; undefined lets it pass. */
  effect: Effect | ((request: Attributes) => Effect | undefined);
  /** How many of the matching requests it hits before it is over. */
  times: number;
  /** How many of the matching requests pass before it hits the first; none unless told. */
  skip?: number;
  verb?: string;
  /** In plural, or with a subresource as "pods/log"; a plural alone means no subresource. Any unless told. */
  resource?: string;
}

/** Faults that pass, taken one after another in the order they were injected. */
export class Faults {
  readonly #pending = new Set<Fault>();

  inject(fault: Fault): void {
    this.#pending.add({ ...fault });
  }

  /** The effect on this request of the first fault that hits it, if one does. */
  strike(request: Attributes): Effect | undefined {
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

/** Lets a stalled or held request wait; one whose client is gone (`left` aborts) has waited long enough. */
export async function waitOut(effect: Effect | undefined, left: AbortSignal): Promise<void> {
  if (typeof effect !== 'object' || 'status' in effect || left.aborted) return;
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

/** Lets a connection wait that Node has handed over; answers what it sent meanwhile, or undefined when it has gone. */
export async function waitUpgraded(effect: Effect | undefined, socket: Duplex): Promise<Buffer[] | undefined> {
  if (effect === undefined) return [];
  const early: Buffer[] = [];
  const left = new AbortController();
  const leave = () => {
    left.abort();
  };
  const keep = (data: Buffer) => early.push(data);
  // Only who reads notices that the other side is gone.
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

/** Throws the refusal that an effect is, if it is one of this moment: before the request acts, or after. */
export function throwRefusal(effect: Effect | undefined, moment: 'before' | 'after'): void {
  if (typeof effect !== 'object' || !('status' in effect) || (effect.acts ? 'after' : 'before') !== moment) return;
  const { status, retryAfterSeconds } = effect;
  const [reason, message] = WORDS[status];
  throw new StatusError(status, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
