// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { announcePodInterface } from '../../network/pod-interface.ts';
import type { MigrationTarget } from '../guest.ts';
import type { Cable } from './cable.ts';
import type { Machine } from './machine.ts';
import type { Qmp } from './qmp.ts';

export interface QemuMigrationOptions {
  readonly source: Machine;
  /** Starts the QEMU that waits for the migration. */
  readonly start: () => Machine;
  readonly cables: readonly Cable[];
  /** Path for the socket over which the state of the guest is sent. */
  readonly channel: string;
  readonly announceRounds: number | undefined;
  /** Is called as soon as the guest runs in the target. */
  readonly onMoved: (target: Machine) => void;
}

/** A live migration between two QEMU processes of this machine. */
export class QemuMigration implements MigrationTarget {
  readonly #options: QemuMigrationOptions;
  readonly #target: Machine;
  readonly #cancelled = new AbortController();
  #state: 'prepared' | 'running' | 'moved' | 'over' = 'prepared';

  constructor(options: QemuMigrationOptions) {
    this.#options = options;
    for (const cable of options.cables) {
      const send = (frame: Buffer): void => {
        cable.send(frame);
      };
      void announcePodInterface(cable.nic.mac, send, this.#cancelled.signal);
    }
    this.#target = options.start();
    void this.#target.exited.then(() => {
      if (this.#state === 'moved') return;
      this.#state = 'over';
      this.#cancelled.abort();
      this.#target.unplug();
    });
  }

  get isOver(): boolean {
    return this.#state === 'moved' || this.#state === 'over';
  }

  async run(): Promise<void> {
    const { source, channel, announceRounds, onMoved } = this.#options;
    if (this.#state !== 'prepared') throw new Error('the target of the migration has ended');
    this.#state = 'running';
    try {
      const [from, to] = await Promise.all([source.control(), this.#target.control()]);
      for (const qmp of [from, to]) {
        await qmp.execute('migrate-set-capabilities', { capabilities: [{ capability: 'events', state: true }] });
      }
      if (announceRounds !== undefined) {
        await to.execute('migrate-set-parameters', { 'announce-rounds': announceRounds });
      }
      const resumed = untilEvent(to, (event) => event === 'RESUME');
      const failed = untilEvent(from, (event, { status }) => event === 'MIGRATION' && status === 'failed');
      await to.execute('migrate-incoming', { uri: `unix:${channel}` });
      await from.execute('migrate', { uri: `unix:${channel}` });
      const outcome = await Promise.race([
        resumed.then(() => 'moved' as const),
        failed.then(() => 'failed' as const),
        this.#target.exited.then(() => 'failed' as const),
        source.exited.then(() => 'source' as const),
      ]);
      if (outcome !== 'moved') throw new Error(outcome === 'source' ? 'the source has ended' : await failureOf(from));
      if (this.isOver) throw new Error('the migration was cancelled');
      this.#state = 'moved';
      onMoved(this.#target);
      await from.execute('quit').catch(() => undefined);
      await source.stop();
    } catch (error) {
      if (this.#state !== 'moved') {
        await this.cancel();
        await resume(source);
      }
      throw error;
    }
  }

  async cancel(): Promise<void> {
    if (this.#state === 'moved') return;
    this.#state = 'over';
    this.#cancelled.abort();
    await this.#target.stop();
  }
}

/** If the target ends after the last of the state was sent, the source is stopped, and QEMU does not continue it by itself. */
async function resume(source: Machine): Promise<void> {
  try {
    await (await source.control()).execute('cont');
  } catch {
    // The source has ended: its exit reports that.
  }
}

function untilEvent(
  qmp: Qmp,
  isMeant: (event: string, data: Readonly<Record<string, unknown>>) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = qmp.onEvent((event, data) => {
      if (!isMeant(event, data)) return;
      stop();
      resolve();
    });
  });
}

const FAILURE_LIMIT_MS = 5000;

/** Returns why the migration failed, in QEMU's words. */
async function failureOf(source: Qmp): Promise<string> {
  const end = performance.now() + FAILURE_LIMIT_MS;
  for (;;) {
    const answer = await source.execute('query-migrate').catch(() => ({}));
    const { status, 'error-desc': description } = answer as { status?: string; 'error-desc'?: string };
    if (status === 'failed' || performance.now() > end) return description ?? 'the migration failed';
    await sleep(50);
  }
}
