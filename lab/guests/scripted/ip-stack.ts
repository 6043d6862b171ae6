import type { Port } from '../../network/switch.ts';
import { Addresses } from './addresses.ts';
import { Autoconfiguration } from './autoconfiguration.ts';
import { Device } from './device.ts';
import { DhcpClient } from './dhcp-client.ts';
import { Echoes } from './echoes.ts';
import type { KernelSetting } from './files.ts';
import type { KernelLog } from './kernel-log.ts';
import { Neighbours } from './neighbours.ts';
import type { NicConfig } from './network-config.ts';

interface Wiring {
  /** Its number among all links of the machine. */
  index: number;
  name: string;
  mac: string;
  plug: (deliver: (frame: Buffer) => void) => Port;
  repliesTwice: boolean;
  carrier: boolean;
  kernel: KernelLog;
}

/** One NIC with all that speaks over it, set up as cloud-init does before anybody logs in. */
export class IpStack {
  readonly device: Device;
  readonly addresses: Addresses;
  readonly neighbours: Neighbours;
  readonly echoes: Echoes;
  readonly autoconfiguration: Autoconfiguration;

  constructor({ index, name, mac, plug, repliesTwice, carrier, kernel }: Wiring, config: NicConfig) {
    this.device = new Device({ index, name, mac, carrier }, plug);
    this.addresses = new Addresses(this.device, kernel);
    this.neighbours = new Neighbours(this.device, this.addresses);
    this.echoes = new Echoes(this.device, this.addresses, this.neighbours, repliesTwice);
    this.autoconfiguration = new Autoconfiguration(this.device, this.addresses, config.acceptRa);
    if (config.dhcp4) new DhcpClient(this.device, this.addresses);
    for (const address of config.addresses) this.addresses.add(address);
    this.device.onChange((up) => {
      if (up) kernel.note(`IPv6: ADDRCONF(NETDEV_CHANGE): ${name}: link becomes ready`);
    });
    this.device.up = config.up;
  }

  /** By path. */
  get settings(): [string, KernelSetting][] {
    const folder = `/proc/sys/net/ipv6/conf/${this.device.name}`;
    return Object.entries(this.autoconfiguration.settings).map(([name, setting]) => [`${folder}/${name}`, setting]);
  }

  unplug(): void {
    this.device.unplug();
  }
}
