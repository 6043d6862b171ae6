import { StatusError } from '../kinds/status.ts';
import type { Attributes } from './attributes.ts';

/** What goes wrong with a request: an answer other than its own, a delay, or a connection broken off before or after the act. */
export type Effect =
  { status: 429 | 500 | 503; retryAfterSeconds?: number } | { stallMs: number } | 'reset before' | 'reset after';

export interface Fault {
  effect: Effect;
  /** How many of the matching requests it hits before it is over. */
  times: number;
  verb?: string;
  /** Of the resource, in plural; any unless told. */
  resource?: string;
}

/** Faults that pass, taken one after another in the order they were injected. */
export class Faults {
  readonly #pending: Fault[] = [];

  inject(fault: Fault): void {
    this.#pending.push({ ...fault });
  }

  /** The fault that hits this request, if one does. */
  strike({ verb, resource }: Attributes): Effect | undefined {
    const index = this.#pending.findIndex(
      (fault) => (fault.verb ?? verb) === verb && (fault.resource ?? resource?.plural) === resource?.plural,
    );
    const fault = this.#pending[index];
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#pending.splice(index, 1);
    return fault.effect;
  }
}

const WORDS = {
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred: injected by the lab'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
} as const;

export function faultStatus({ status, retryAfterSeconds }: Exclude<Effect, string | { stallMs: number }>): StatusError {
  const [reason, message] = WORDS[status];
  return new StatusError(status, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
