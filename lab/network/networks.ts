import { AddressServer } from './address-server.ts';
import { bridgeOf } from './cni-config.ts';
import { EchoLedger, type EchoExchange } from './echo-ledger.ts';
import { LauncherDhcp } from './launcher-dhcp.ts';
import { Neighbour, type NeighbourOptions } from './neighbour.ts';
import { subnetsOf } from './subnets.ts';
import { Switch, type Impairment, type NetworkReport, type Port } from './switch.ts';

interface Network {
  wires: Switch;
  /** What its addresses are handed out by, if any, and the configuration that says so. */
  server?: AddressServer;
  /** What gives its addresses out in each launcher, where they are not assigned for the whole cluster. */
  launchers?: LauncherDhcp | undefined;
  config?: string;
}

/** One switch per network of the cluster, "<namespace>/<nad>", made when the first NIC is plugged in. */
export class Networks {
  #impairment: Impairment;
  readonly #neighbour: NeighbourOptions | undefined;
  readonly #configOf: (network: string) => string | undefined;
  /** Nobody hands out addresses, whatever the configuration says. */
  readonly #silentServers: boolean;
  /** By node, where host-local reads its range from a file there. */
  readonly #hostLocalRanges: Readonly<Record<string, string>>;
  readonly #nodesWithout: (bridge: string) => readonly string[];
  readonly #ledger = new EchoLedger();
  readonly #networks = new Map<string, Network>();

  /** `configOf` answers the CNI configuration of a network, `nodesWithout` which nodes lack a bridge. */
  constructor(
    impairment: Impairment,
    neighbour?: NeighbourOptions,
    configOf: (network: string) => string | undefined = () => undefined,
    nodesWithout: (bridge: string) => readonly string[] = () => [],
    silentServers = false,
    hostLocalRanges: Readonly<Record<string, string>> = {},
  ) {
    this.#hostLocalRanges = hostLocalRanges;
    this.#impairment = impairment;
    this.#neighbour = neighbour;
    this.#configOf = configOf;
    this.#nodesWithout = nodesWithout;
    this.#silentServers = silentServers;
  }

  /** A NIC that is on this node, or on none: somebody else out there. */
  plug(name: string, deliver: (frame: Buffer) => void, node?: string): Port {
    const network = this.#networks.get(name) ?? this.#create(name);
    this.#configure(network, this.#configOf(name));
    // A bridge with addresses from IPAM filters nothing.
    const admits = (frame: Buffer): boolean =>
      network.launchers !== undefined || (network.server?.admits(frame) ?? true);
    const port = network.wires.plug(deliver, { admits, node });
    return network.launchers?.serve(port, deliver, node) ?? port;
  }

  /** Changes all networks, those to come as well, from the next frame on; a seed begins their chances anew. */
  impair(impairment: Partial<Impairment>): void {
    this.#impairment = { ...this.#impairment, ...impairment };
    for (const { wires } of this.#networks.values()) wires.impair(impairment);
  }

  /** The pings seen so far, in the order of their requests; the last 65,536 at least. */
  echoes(): readonly EchoExchange[] {
    return this.#ledger.exchanges();
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
    const wires = new Switch(name, this.#impairment, this.#ledger);
    const network: Network = { wires };
    this.#networks.set(name, network);
    if (this.#neighbour) new Neighbour(this.#neighbour, (deliver) => wires.plug(deliver));
    return network;
  }

  /** A configuration that was changed holds from the next NIC on. */
  #configure(network: Network, config = ''): void {
    if (network.config === config) return;
    network.config = config;
    network.wires.isolate(this.#nodesWithout(bridgeOf(config) ?? ''));
    network.server?.unplug();
    network.launchers = this.#silentServers ? undefined : LauncherDhcp.of(config, this.#hostLocalRanges);
    const subnets = this.#silentServers ? undefined : subnetsOf(config);
    // Launchers give IPv4 addresses alone; a router may advertise an IPv6 prefix.
    if (network.launchers) delete subnets?.ipv4;
    if (subnets) network.server = new AddressServer(subnets, (deliver) => network.wires.plug(deliver));
    else delete network.server;
  }
}
