import { EchoLedger, type EchoExchange } from './echo-ledger.ts';
import { Switch, type Impairment, type NetworkReport, type Port } from './switch.ts';

/** One switch per network of the cluster, "<namespace>/<nad>", made when the first NIC is plugged in. */
export class Networks {
  #impairment: Impairment;
  readonly #ledger = new EchoLedger();
  readonly #switches = new Map<string, Switch>();

  constructor(impairment: Impairment) {
    this.#impairment = impairment;
  }

  plug(network: string, deliver: (frame: Buffer) => void): Port {
    const existing = this.#switches.get(network);
    const plugged = existing ?? new Switch(network, this.#impairment, this.#ledger);
    if (!existing) this.#switches.set(network, plugged);
    return plugged.plug(deliver);
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
}
