/** One NIC of a guest: its MAC and the network ("<namespace>/<nad>") it is plugged into. */
export interface Nic {
  name: string;
  mac: string;
  network: string;
}

/** What a node hands to a guest: only what a real VM would know. userData/networkData are the cloud-init texts, decoded. */
export interface GuestSpec {
  name: string;
  namespace: string;
  hostname: string;
  nics: Nic[];
  userData: string;
  networkData: string;
  memoryMiB: number;
  /** Where it runs: networks may differ by node. */
  node?: string;
}

/** A running guest. `serial` is its raw UART. `exited` resolves with the reason once the machine is gone. */
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
