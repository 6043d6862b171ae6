// SPDX-License-Identifier: Apache-2.0
/**
 * Owns SIGINT, SIGTERM, SIGHUP and SIGQUIT in the runner's main process. Playwright dies of all but the first without teardown, and
 * a second SIGINT abandons its teardown; so the first signal of any kind becomes exactly one SIGINT for Playwright, and
 * later ones are swallowed.
 */
import { readFileSync } from 'node:fs';
import { orphanCheck } from './orphan-check.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const PARENT_CHECK_MS = 500;

interface State {
  /** Our own, which stays when others are taken off. */
  readonly own: (signal: NodeJS.Signals) => void;
  signal: string | undefined;
  /** When it came, on the clock of `performance.now()`. */
  at: number;
  /** Teardown or report go on: a first signal is noted, but must not cut them off. */
  kept: boolean;
  readonly listeners: Set<() => void>;
}

// Playwright may load this module more than once (preload, config and reporter): the state belongs to the process.
const KEY = Symbol.for('kubevirt-vm-latency.interruption');
const store = globalThis as unknown as Record<symbol, State | undefined>;

/** The signal that ended this run, if one did. */
export function interruptedBy(): string | undefined {
  return store[KEY]?.signal;
}

/** Milliseconds since that signal. */
export function interruptedForMs(): number | undefined {
  const state = store[KEY];
  return state?.signal === undefined ? undefined : performance.now() - state.at;
}

/** Calls `listener` once, when the first signal comes; at once where it has come. */
export function whenInterrupted(listener: () => void): void {
  const state = store[KEY];
  if (state === undefined) return;
  if (state.signal === undefined) state.listeners.add(listener);
  else listener();
}

/** Removes Playwright's handlers: Playwright aborts a fixture teardown at the first SIGINT, and exits at one in `onEnd`. */
export function keepSignalsFromRunner(): void {
  const state = store[KEY];
  if (state === undefined) return;
  state.kept = true;
  // Before any signal: Node reads the list of handlers when a signal arrives.
  takeOthersOff(state.own);
}

function takeOthersOff(own: Listener): void {
  for (const name of SIGNALS) {
    for (const listener of process.listeners(name)) {
      if (listener !== own) process.removeListener(name, listener);
    }
  }
}

/** In a worker: a terminal sends signals to the whole process group, and the worker has a teardown to finish. */
export function leaveSignalsToRunner(): void {
  for (const name of SIGNALS) process.on(name, () => undefined);
}

type Listener = (signal: NodeJS.Signals) => void;

/** Installs the listeners once; call it in the main process, as early as the config is loaded. */
export function ownSignals(): void {
  if (store[KEY] !== undefined) return;
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
    state.at = performance.now();
    for (const listener of state.listeners) listener();
    const runners = process.listeners('SIGINT').filter((listener) => listener !== onSignal) as Listener[];
    takeOthersOff(onSignal);
    const [runner] = runners;
    if (runner !== undefined && !state.kept) passOn(runner);
  };

  const state: State = { own: onSignal, signal: undefined, at: 0, kept: false, listeners: new Set() };
  store[KEY] = state;
  const lost = lostSignal();
  for (const name of SIGNALS) process.prependListener(name, onSignal);
  process.on('newListener', (name: string | symbol, listener: Listener) => {
    if (listener === onSignal || !SIGNALS.some((signal) => signal === name)) return;
    if (state.signal === undefined && !state.kept) return;
    if (name === 'SIGINT' && !state.kept) passOn(listener);
    setImmediate(() => process.removeListener(name, listener));
  });
  if (lost !== undefined) onSignal(lost);
  noticeOrphaned(onSignal);
}

/**
 * A signal that came before there was a listener, to a process that it cannot kill: as PID 1 of a container. Node's own first
 * handlers reset themselves when they are used, and the kernel lists the signals that have one (`SigCgt` in /proc).
 */
function lostSignal(): NodeJS.Signals | undefined {
  if (process.pid !== 1) return undefined;
  try {
    const caught = BigInt(
      `0x${/^SigCgt:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 'f'.repeat(16)}`,
    );
    const numbers = { SIGINT: 2n, SIGTERM: 15n } as const;
    const used = (['SIGTERM', 'SIGINT'] as const).filter((name) => ((caught >> (numbers[name] - 1n)) & 1n) === 0n);
    return used[0];
  } catch {
    return undefined; // Without /proc it is unknown.
  }
}

/** npx dies of a SIGTERM and leaves us running: whoever started us being gone counts as an interruption. */
function noticeOrphaned(onSignal: Listener): void {
  const orphaned = orphanCheck();
  setInterval(() => {
    if (orphaned()) onSignal('SIGHUP');
  }, PARENT_CHECK_MS).unref();
}
