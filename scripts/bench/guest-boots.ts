/** When the lab's guests came to their login prompts: what their serial lines say, whoever reads the consoles. */
import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { now } from './clock.ts';

const CHANNEL = 'child_process';
const PROMPT = / login: $/m;
/** A prompt may come in two pieces. */
const KEPT = 100;

export interface GuestBoots {
  /** The time each guest first asked for a login, in that order. */
  readonly promptsMs: readonly number[];
  stop(): void;
}

/** Of every guest that this process starts from now on. */
export function watchGuestBoots(): GuestBoots {
  const promptsMs: number[] = [];
  const heard = (message: unknown): void => {
    const child: unknown = typeof message === 'object' && message !== null && 'process' in message && message.process;
    // It is told of before it has arguments or pipes.
    if (child instanceof ChildProcess)
      setImmediate(() => {
        listen(child);
      });
  };
  const listen = (child: ChildProcess): void => {
    if (!child.spawnargs.some((word) => word.includes('qemu-system'))) return;
    let tail = '';
    const onData = (data: Buffer): void => {
      tail = (tail + data.toString('latin1')).slice(-KEPT);
      if (!PROMPT.test(tail)) return;
      promptsMs.push(now());
      child.stdout?.off('data', onData);
    };
    child.stdout?.on('data', onData);
  };
  subscribe(CHANNEL, heard);
  return { promptsMs, stop: () => unsubscribe(CHANNEL, heard) };
}
