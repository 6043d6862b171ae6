// SPDX-License-Identifier: Apache-2.0
import { addressBytes } from '../packets/addresses.ts';
import { decodePacket, encodePacket } from '../packets/packet.ts';
import { isObject, objectAt, textAt, type Json, type JsonObject } from '../store/json.ts';
import { pluginsOf } from './cni-config.ts';
import { Leases } from './leases.ts';
import { parseSubnet, textsIn, type Subnet } from './subnets.ts';
import type { Port } from './switch.ts';

const MAC = '02:00:00:00:00:fe';
/** By default host-local reserves the first address for a gateway. */
const FIRST_HOST = 2;

/** IPAM that does not assign addresses for the whole cluster. */
interface LocalIpam {
  type: 'host-local' | 'static';
  subnet: Subnet;
  /** The host number of the first address, or of the only one. */
  firstHost: number;
}

/**
 * KubeVirt's bridge binding: a DHCP server in virt-launcher assigns the address of its pod to its guest. host-local counts on
 * each node separately; static assigns one address to all.
 */
export class LauncherDhcp {
  readonly #ipam: LocalIpam;
  readonly #ranges: Readonly<Record<string, string>>;
  readonly #byNode = new Map<string, Leases>();

  /** Undefined for a network whose addresses are assigned for the whole cluster, or not at all. `ranges`: subnets by node. */
  static of(config: string, ranges: Readonly<Record<string, string>> = {}): LauncherDhcp | undefined {
    const ipam = pluginsOf(config)
      .map((plugin) => localIpam(objectAt(plugin, 'ipam')))
      .find((found) => found !== undefined);
    return ipam && new LauncherDhcp(ipam, ranges);
  }

  private constructor(ipam: LocalIpam, ranges: Readonly<Record<string, string>>) {
    this.#ipam = ipam;
    this.#ranges = ranges;
  }

  /** Returns a port through the launcher: DHCP requests do not reach the network. */
  serve(port: Port, deliver: (frame: Buffer) => void, node = ''): Port {
    const leases = this.#leasesOn(node);
    return {
      unplug: () => {
        port.unplug();
      },
      send: (frame) => {
        const packet = decodePacket(frame);
        if (packet?.type !== 'dhcp') {
          port.send(frame);
          return;
        }
        const answer = leases.answerTo(packet);
        if (answer) deliver(encodePacket(answer));
      },
    };
  }

  #leasesOn(node: string): Leases {
    const { type, subnet, firstHost } = this.#ipam;
    if (type === 'static') return new Leases(MAC, subnet, firstHost);
    const own = parseSubnet(this.#ranges[node] ?? '');
    const leases = this.#byNode.get(node) ?? new Leases(MAC, own ?? subnet, own ? FIRST_HOST : firstHost);
    this.#byNode.set(node, leases);
    return leases;
  }
}

function localIpam(ipam: JsonObject | undefined): LocalIpam | undefined {
  const type = textAt(ipam, 'type');
  if (type !== 'host-local' && type !== 'static') return undefined;
  const cidr = textsIn(ipam).find((text) => text.includes('.') && parseSubnet(text) !== undefined);
  const subnet = parseSubnet(cidr ?? '');
  if (cidr === undefined || !subnet) return undefined;
  const first = type === 'static' ? cidr.replace(/\/.*$/, '') : rangeStart(ipam);
  return { type, subnet, firstHost: first === undefined ? FIRST_HOST : hostNumber(first, subnet) };
}

/** Returns the `rangeStart` of host-local, in the older form or in the first of its ranges. */
function rangeStart(ipam: JsonObject | undefined): string | undefined {
  const ranges = objectsIn(ipam).map((range) => textAt(range, 'rangeStart'));
  return ranges.find((start) => start?.includes('.') === true);
}

function hostNumber(address: string, { network }: Subnet): number {
  return addressBytes(address).readUInt32BE(0) - addressBytes(network).readUInt32BE(0);
}

/** Returns all objects in a value, itself included. */
function objectsIn(value: Json | undefined): JsonObject[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(isObject(value) ? [value] : []), ...Object.values(value).flatMap(objectsIn)];
}
