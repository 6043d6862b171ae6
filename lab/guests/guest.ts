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
}

export interface GuestDriver {
  readonly kind: 'qemu' | 'scripted';
  start(spec: GuestSpec): Promise<Guest>;
  close(): Promise<void>;
}
