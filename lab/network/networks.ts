// SPDX-License-Identifier: Apache-2.0
import { AddressServer } from './address-server.ts';
import { bridgeOf } from './cni-config.ts';
import { EchoLedger, type EchoExchange } from './echo-ledger.ts';
import { LauncherDhcp } from './launcher-dhcp.ts';
import { Neighbour, type NeighbourOptions } from './neighbour.ts';
import { subnetsOf } from './subnets.ts';
import { Switch, type Impairment, type NetworkReport, type Port } from './switch.ts';

interface Network {
  wires: Switch;
  /** The server that assigns its addresses, if any. */
  server?: AddressServer;
  /** The DHCP servers in launchers, if addresses are not assigned for the whole cluster. */
  launchers?: LauncherDhcp | undefined;
  config?: string;
}

/** One switch per network of the cluster, "<namespace>/<nad>", created with its first NIC. */
export class Networks {
  #impairment: Impairment;
  readonly #neighbour: NeighbourOptions | undefined;
  readonly #configOf: (network: string) => string | undefined;
  /** No server assigns addresses, whatever the configuration contains. */
  readonly #silentServers: boolean;
  /** Subnets by node, for host-local with a range from a file on the node. */
  readonly #hostLocalRanges: Readonly<Record<string, string>>;
  readonly #nodesWithout: (bridge: string) => readonly string[];
  readonly #zoneOf: (node: string) => string | undefined;
  readonly #ledger = new EchoLedger();
  readonly #networks = new Map<string, Network>();

  /** `configOf` returns the CNI configuration of a network, `nodesWithout` the nodes without a bridge, `zoneOf` a node's zone. */
  constructor(
    impairment: Impairment,
    neighbour?: NeighbourOptions,
    configOf: (network: string) => string | undefined = () => undefined,
    nodesWithout: (bridge: string) => readonly string[] = () => [],
    silentServers = false,
    hostLocalRanges: Readonly<Record<string, string>> = {},
    zoneOf: (node: string) => string | undefined = () => undefined,
  ) {
    this.#zoneOf = zoneOf;
    this.#hostLocalRanges = hostLocalRanges;
    this.#impairment = impairment;
    this.#neighbour = neighbour;
    this.#configOf = configOf;
    this.#nodesWithout = nodesWithout;
    this.#silentServers = silentServers;
  }

  /** Connects a NIC on a node, or a host outside of all nodes. */
  plug(name: string, deliver: (frame: Buffer) => void, node?: string): Port {
    const network = this.#networks.get(name) ?? this.#create(name);
    this.#configure(network, this.#configOf(name));
    // A bridge with addresses from IPAM filters nothing.
    const admits = (frame: Buffer): boolean =>
      network.launchers !== undefined || (network.server?.admits(frame) ?? true);
    const port = network.wires.plug(deliver, { admits, node });
    return network.launchers?.serve(port, deliver, node) ?? port;
  }

  /** Changes all networks, future ones too, from the next frame on. A seed restarts the random sequence. */
  impair(impairment: Partial<Impairment>): void {
    this.#impairment = { ...this.#impairment, ...impairment };
    for (const { wires } of this.#networks.values()) wires.impair(impairment);
  }

  /** Returns the pings so far in the order of their requests, at least the last 131,072. */
  echoes(): readonly EchoExchange[] {
    return this.#ledger.exchanges();
  }

  onEcho(listener: (exchange: EchoExchange) => void): () => void {
    return this.#ledger.subscribe(listener);
  }

  forgetEchoes(): void {
    this.#ledger.forget();
  }

  reports(): NetworkReport[] {
    return [...this.#networks.values()].map(({ wires }) => wires.report());
  }

  close(): void {
    for (const { wires } of this.#networks.values()) wires.close();
  }

  #create(name: string): Network {
    const wires = new Switch(name, this.#impairment, this.#ledger, this.#zoneOf);
    const network: Network = { wires };
    this.#networks.set(name, network);
    if (this.#neighbour) new Neighbour(this.#neighbour, (deliver) => wires.plug(deliver));
    return network;
  }

  /** A changed configuration applies from the next NIC on. */
  #configure(network: Network, config = ''): void {
    if (network.config === config) return;
    network.config = config;
    network.wires.isolate(this.#nodesWithout(bridgeOf(config) ?? ''));
    network.server?.unplug();
    network.launchers = this.#silentServers ? undefined : LauncherDhcp.of(config, this.#hostLocalRanges);
    const subnets = this.#silentServers ? undefined : subnetsOf(config);
    // Launchers assign only IPv4 addresses; a router may advertise an IPv6 prefix.
    if (network.launchers) delete subnets?.ipv4;
    if (subnets) network.server = new AddressServer(subnets, (deliver) => network.wires.plug(deliver));
    else delete network.server;
  }
}
