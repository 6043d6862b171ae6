// SPDX-License-Identifier: Apache-2.0
/** One NIC of a guest: its MAC and the network ("<namespace>/<nad>") it is plugged into. */
export interface Nic {
  name: string;
  mac: string;
  network: string;
}

/** What a node passes to a guest: only what a real VM would get. userData and networkData are the decoded cloud-init texts. */
export interface GuestSpec {
  name: string;
  namespace: string;
  hostname: string;
  nics: Nic[];
  userData: string;
  networkData: string;
  memoryMiB: number;
  /** The node on which it runs: networks may differ by node. */
  node?: string;
}

/** A running guest. `serial` is its raw UART. `exited` resolves with the reason once the machine has stopped. */
export interface Guest {
  readonly serial: { write(data: Uint8Array): void; onData(listener: (data: Uint8Array) => void): () => void };
  readonly exited: Promise<string>;
  stop(): Promise<void>;
  /**
   * Prepares a live migration to another node: from now on, the network has a port on that node with the MAC addresses of this guest.
   * The guest keeps running, and remains the same object after the migration. @throws Error if one is prepared already
   */
  prepareMigration(node: string): Promise<MigrationTarget>;
}

/** The other side of a live migration that has been prepared. */
export interface MigrationTarget {
  /**
   * Moves the guest: resolves as soon as it runs on the target, whose ports are then its only ones.
   * @throws Error with the hypervisor's message if the migration failed: the guest runs where it was, and the target has ended.
   */
  run(): Promise<void>;
  /** Ends the target, before or during `run`; the guest runs where it was. Without effect after the migration. */
  cancel(): Promise<void>;
}

export interface GuestDriver {
  readonly kind: 'qemu' | 'scripted';
  start(spec: GuestSpec): Promise<Guest>;
  close(): Promise<void>;
}
