// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestSpec, MigrationTarget } from '../guest.ts';
import { Cable } from './cable.ts';
import { iso9660 } from './iso9660.ts';
import { Machine } from './machine.ts';
import { QemuMigration } from './qemu-migration.ts';

/** KubeVirt 1.9 lets the pod of the source run for 9 s after a migration: its interfaces remain on the network. */
const SOURCE_POD_MS = 9000;

export interface QemuGuestOptions {
  /** How often QEMU announces the guest after a migration; undefined: QEMU's default, five times. */
  readonly announceRounds?: number | undefined;
}

/** A real guest: the QEMU in which it runs now, and the one to which it is being migrated. */
export class QemuGuest implements Guest {
  readonly serial: Guest['serial'];
  readonly exited: Promise<string>;
  readonly #spec: GuestSpec;
  readonly #networks: Networks;
  readonly #directory: string;
  readonly #options: QemuGuestOptions;
  readonly #output = new EventEmitter<{ data: [Uint8Array] }>().setMaxListeners(0);
  #machine: Machine;
  #migration: QemuMigration | undefined;
  #migrations = 0;
  /** Unplugs the ports of former nodes. */
  readonly #unplugs = new Map<Machine, NodeJS.Timeout>();
  #leave: (reason: string) => void = () => undefined;
  #hasEnded = false;

  private constructor(
    spec: GuestSpec,
    networks: Networks,
    options: QemuGuestOptions,
    directory: string,
    first: Machine,
  ) {
    this.#spec = spec;
    this.#networks = networks;
    this.#options = options;
    this.#directory = directory;
    this.#machine = first;
    this.exited = new Promise<string>((resolve) => {
      this.#leave = resolve;
    }).finally(async () => {
      this.#hasEnded = true;
      await this.#migration?.cancel();
      for (const [former, timer] of this.#unplugs) {
        clearTimeout(timer);
        former.unplug();
      }
      this.#machine.unplug();
      await rm(directory, { recursive: true, force: true });
    });
    this.serial = {
      write: (data) => {
        this.#machine.write(data);
      },
      onData: (listener) => {
        this.#output.on('data', listener);
        return () => this.#output.off('data', listener);
      },
    };
    this.#adopt(first);
  }

  static async start(spec: GuestSpec, networks: Networks, options: QemuGuestOptions): Promise<QemuGuest> {
    const directory = await mkdtemp(join(tmpdir(), 'lab-guest-'));
    await writeFile(join(directory, 'cidata.iso'), iso9660('cidata', seedFiles(spec)));
    const cables = await plugCables({ spec, networks, directory }, 'first', spec.node);
    const first = new Machine({ ...files(directory, 'first'), spec, cables, isTarget: false });
    return new QemuGuest(spec, networks, options, directory, first);
  }

  async stop(): Promise<void> {
    await this.#migration?.cancel();
    await this.#machine.stop();
    await this.exited;
  }

  async prepareMigration(node: string): Promise<MigrationTarget> {
    if (this.#migration?.isOver === false)
      throw new Error(`a migration of guest "${this.#spec.name}" is prepared already`);
    this.#migrations += 1;
    const name = `target${this.#migrations}`;
    const [spec, directory] = [this.#spec, this.#directory];
    const cables = await plugCables({ spec, networks: this.#networks, directory }, name, node);
    if (this.#hasEnded) {
      for (const cable of cables) cable.unplug();
      throw new Error(`guest "${spec.name}" has ended`);
    }
    const migration = new QemuMigration({
      source: this.#machine,
      start: () => new Machine({ ...files(directory, name), spec, cables, isTarget: true }),
      cables,
      channel: join(directory, `${name}-migration`),
      announceRounds: this.#options.announceRounds,
      onMoved: (target) => {
        const former = this.#machine;
        this.#unplugs.set(
          former,
          setTimeout(() => {
            this.#unplugFormer(former);
          }, SOURCE_POD_MS).unref(),
        );
        this.#adopt(target);
      },
    });
    this.#migration = migration;
    return migration;
  }

  #unplugFormer(former: Machine): void {
    this.#unplugs.delete(former);
    former.unplug();
  }

  /** From now on, the guest runs in this QEMU: only its end is that of the guest. */
  #adopt(machine: Machine): void {
    this.#machine = machine;
    machine.onSerial((data) => {
      this.#output.emit('data', data);
    });
    void machine.exited.then((reason) => {
      if (this.#machine === machine) this.#leave(reason);
    });
  }
}

function files(directory: string, name: string): { seed: string; control: string } {
  return { seed: join(directory, 'cidata.iso'), control: join(directory, `${name}-qmp`) };
}

interface Place {
  readonly spec: GuestSpec;
  readonly networks: Networks;
  readonly directory: string;
}

async function plugCables({ spec, networks, directory }: Place, name: string, node?: string): Promise<Cable[]> {
  const cables = spec.nics.map((nic, i) => new Cable(nic, networks, join(directory, `${name}-nic${i}`), node));
  await Promise.all(cables.map((cable) => cable.listen()));
  return cables;
}

/** Returns the files of cloud-init's NoCloud source as virt-launcher writes them: meta-data is JSON, empty files are omitted. */
function seedFiles({ name, namespace, hostname, userData, networkData }: GuestSpec): Record<string, string> {
  return {
    'meta-data': JSON.stringify({ 'instance-id': `${name}.${namespace}`, 'local-hostname': hostname }),
    'user-data': userData,
    ...(networkData !== '' && { 'network-config': networkData }),
  };
}
