import { EchoLedger, type EchoExchange } from './echo-ledger.ts';
import { Neighbour, type NeighbourOptions } from './neighbour.ts';
import { Switch, type Impairment, type NetworkReport, type Port } from './switch.ts';

/** One switch per network of the cluster, "<namespace>/<nad>", made when the first NIC is plugged in. */
export class Networks {
  #impairment: Impairment;
  readonly #neighbour: NeighbourOptions | undefined;
  readonly #ledger = new EchoLedger();
  readonly #switches = new Map<string, Switch>();

  constructor(impairment: Impairment, neighbour?: NeighbourOptions) {
    this.#impairment = impairment;
    this.#neighbour = neighbour;
  }

  plug(network: string, deliver: (frame: Buffer) => void): Port {
    return (this.#switches.get(network) ?? this.#create(network)).plug(deliver);
  }

  /** Changes all networks, those to come as well, from the next frame on; a seed begins their chances anew. */
  impair(impairment: Partial<Impairment>): void {
    this.#impairment = { ...this.#impairment, ...impairment };
    for (const network of this.#switches.values()) network.impair(impairment);
  }

  /** The pings seen so far, in the order of their requests; the last 65,536 at least. */
  echoes(): readonly EchoExchange[] {
    return this.#ledger.exchanges();
  }

  forgetEchoes(): void {
    this.#ledger.forget();
  }

  reports(): NetworkReport[] {
    return [...this.#switches.values()].map((network) => network.report());
  }

  close(): void {
    for (const network of this.#switches.values()) network.close();
  }

  #create(network: string): Switch {
    const created = new Switch(network, this.#impairment, this.#ledger);
    this.#switches.set(network, created);
    if (this.#neighbour) new Neighbour(this.#neighbour, (deliver) => created.plug(deliver));
    return created;
  }
}
