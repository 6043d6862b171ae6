/**
 * Owns SIGINT, SIGTERM and SIGHUP in the runner's main process. Playwright dies of SIGTERM and SIGHUP without teardown, and
 * a second SIGINT abandons its teardown; so the first signal of any kind becomes exactly one SIGINT for Playwright, and
 * later ones are swallowed.
 */
import { orphanCheck } from './orphan-check.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 500;

interface State {
  signal: string | undefined;
  /** Teardown runs: a first signal is noted, but must not cut it off. */
  tearingDown: boolean;
}

// Playwright may load this module more than once (config and reporter): the state belongs to the process.
const KEY = Symbol.for('kubevirt-vm-latency.interruption');
const store = globalThis as unknown as Record<symbol, State | undefined>;

/** The signal that ended this run, if one did. */
export function interruptedBy(): string | undefined {
  return store[KEY]?.signal;
}

/** Playwright drops the fixture teardown that a first SIGINT meets: from here on it hears of no signal. */
export function keepSignalsFromTeardown(): void {
  const state = store[KEY];
  if (state !== undefined) state.tearingDown = true;
}

/** In a worker: a terminal that is closed tells the whole process group, and the worker has a teardown to finish. */
export function ignoreHangup(): void {
  process.on('SIGHUP', () => undefined);
}

/** A reader that goes away (a pipe to head, a full disk) must not take the verdict with it. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

type Listener = (signal: NodeJS.Signals) => void;

/** Installs the listeners once; call it in the main process, as early as the config is loaded. */
export function ownSignals(): void {
  if (store[KEY] !== undefined) return;
  const state: State = { signal: undefined, tearingDown: false };
  store[KEY] = state;
  let passedOn = false;

  const passOn = (listener: Listener): void => {
    if (passedOn) return;
    passedOn = true;
    setImmediate(() => {
      listener('SIGINT');
    });
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    if (state.signal !== undefined) return;
    state.signal = signal;
    const runners = process.listeners('SIGINT').filter((listener) => listener !== onSignal) as Listener[];
    for (const name of SIGNALS) {
      for (const listener of process.listeners(name)) {
        if (listener !== onSignal) process.removeListener(name, listener);
      }
    }
    const [runner] = runners;
    if (runner !== undefined && !state.tearingDown) passOn(runner);
  };

  for (const name of SIGNALS) process.prependListener(name, onSignal);
  process.on('newListener', (name: string | symbol, listener: Listener) => {
    if (state.signal === undefined || !SIGNALS.some((signal) => signal === name) || listener === onSignal) return;
    if (name === 'SIGINT' && !state.tearingDown) passOn(listener);
    setImmediate(() => process.removeListener(name, listener));
  });
  noticeOrphaned(onSignal);
}

/** npx dies of a SIGTERM and leaves us running: whoever started us being gone counts as an interruption. */
function noticeOrphaned(onSignal: Listener): void {
  const orphaned = orphanCheck();
  setInterval(() => {
    if (orphaned()) onSignal('SIGHUP');
  }, PARENT_CHECK_MS).unref();
}
