/**
 * A guest's shell that answers what it was told to, and keeps what was typed. A command that it was told nothing about fails the
 * test: nothing may be typed into a guest that nobody expects.
 */
import type { Shell, ShellAnswer } from '../../../fixtures/guest/guest-shell.ts';
import type { Waiting } from '../../../fixtures/until.ts';
import { CheckupError, type ErrorCode } from '../../../model/errors.ts';

/** Text alone is what a command printed that ended well, at once, and ran once. */
type Answer = string | Partial<ShellAnswer>;
type Reaction = Answer | ((command: string) => Answer | Promise<Answer>);

/** A command, as a whole or as a pattern; what it answers each time, the last one from then on. */
export type Told = readonly [command: string | RegExp, ...reactions: readonly [Reaction, ...Reaction[]]];

export class ToldShell implements Shell {
  readonly vmi;
  readonly typed: string[] = [];
  connected = 0;
  readonly #told: readonly Told[];
  readonly #asked = new Map<Told, number>();

  constructor(told: readonly Told[], name = 'vm') {
    this.#told = told;
    this.vmi = { namespace: 'ns', name };
  }

  async run(command: string): Promise<ShellAnswer> {
    this.typed.push(command);
    const told = this.#told.find(([known]) => (typeof known === 'string' ? known === command : known.test(command)));
    if (told === undefined) throw new Error(`nobody told what to answer to: ${command}`);
    const [, ...reactions] = told;
    const before = this.#asked.get(told) ?? 0;
    this.#asked.set(told, before + 1);
    const reaction = reactions[Math.min(before, reactions.length - 1)] ?? '';
    const answer = typeof reaction === 'function' ? await reaction(command) : reaction;
    return { output: '', status: 0, repeated: false, ...(typeof answer === 'string' ? { output: answer } : answer) };
  }

  connect(): Promise<void> {
    this.connected += 1;
    return Promise.resolve();
  }

  lost(): Promise<void> {
    return Promise.withResolvers<undefined>().promise;
  }
}

export const PATIENT: Waiting = { signal: new AbortController().signal, see: () => undefined };

/**
 * Ends a wait as its limit would, without the time that takes: as soon as this was seen, with this code. The next wait begins
 * anew.
 */
export function givesUpAt(seenLast: RegExp, code: ErrorCode): Waiting {
  let wait = new AbortController();
  return {
    get signal() {
      wait = wait.signal.aborted ? new AbortController() : wait;
      return wait.signal;
    },
    see: (_what, seen) => {
      if (seen !== undefined && seenLast.test(seen)) wait.abort(new CheckupError(code, 'given up'));
    },
  };
}
