import { Switch, type Impairment, type NetworkReport, type Port } from './switch.ts';

/** One switch per network of the cluster, "<namespace>/<nad>", made when the first NIC is plugged in. */
export class Networks {
  readonly #impairment: Impairment;
  readonly #switches = new Map<string, Switch>();

  constructor(impairment: Impairment) {
    this.#impairment = impairment;
  }

  plug(network: string, deliver: (frame: Buffer) => void): Port {
    const existing = this.#switches.get(network);
    const plugged = existing ?? new Switch(network, this.#impairment);
    if (!existing) this.#switches.set(network, plugged);
    return plugged.plug(deliver);
  }

  reports(): NetworkReport[] {
    return [...this.#switches.values()].map((network) => network.report());
  }

  close(): void {
    for (const network of this.#switches.values()) network.close();
  }
}
