// SPDX-License-Identifier: Apache-2.0
/**
 * A fake guest shell that returns canned replies and records the commands. A command without a canned reply fails the test: every
 * command that is typed into a guest is expected.
 */
import type { Shell, ShellResult } from '../../../fixtures/guest/guest-shell.ts';
import type { Waiting } from '../../../fixtures/wait.ts';
import { CheckupError, type ErrorCode } from '../../../model/errors.ts';

/** A string is the output of a command that ran once and exited with status 0. */
type Answer = string | Partial<ShellResult>;
type Reaction = Answer | ((command: string) => Answer | Promise<Answer>);

/** A command, as a string or a pattern, and its replies in order; the last one repeats. */
export type CannedReply = readonly [command: string | RegExp, ...reactions: readonly [Reaction, ...Reaction[]]];

export class FakeShell implements Shell {
  readonly vmi;
  readonly typed: string[] = [];
  connected = 0;
  readonly #replies: readonly CannedReply[];
  readonly #asked = new Map<CannedReply, number>();

  constructor(replies: readonly CannedReply[], name = 'vm') {
    this.#replies = replies;
    this.vmi = { namespace: 'ns', name };
  }

  async run(command: string): Promise<ShellResult> {
    this.typed.push(command);
    const canned = this.#replies.find(([known]) =>
      typeof known === 'string' ? known === command : known.test(command),
    );
    if (canned === undefined) throw new Error(`no canned reply for the command: ${command}`);
    const [, ...reactions] = canned;
    const before = this.#asked.get(canned) ?? 0;
    this.#asked.set(canned, before + 1);
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

export const NO_LIMIT: Waiting = { signal: new AbortController().signal, report: () => undefined };

/** Aborts a wait with this code as soon as it reports a matching state, without waiting for its limit. The next wait is not aborted. */
export function abortsAt(seenLast: RegExp, code: ErrorCode): Waiting {
  let wait = new AbortController();
  return {
    get signal() {
      wait = wait.signal.aborted ? new AbortController() : wait;
      return wait.signal;
    },
    report: (_what, seen) => {
      if (seen !== undefined && seenLast.test(seen)) wait.abort(new CheckupError(code, 'given up'));
    },
  };
}
