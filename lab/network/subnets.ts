// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';
import { addressBytes, addressText, familyOf, networkAddress } from '../packets/addresses.ts';
import { at, decodeJson, isObject, objectAt, objectsAt, type Json, type JsonObject } from '../store/json.ts';

/** The addresses of which a network assigns some. */
export class Subnet {
  readonly network: string;
  readonly prefixLength: number;
  readonly #contained = new BlockList();

  constructor(network: string, prefixLength: number) {
    this.network = network;
    this.prefixLength = prefixLength;
    this.#contained.addSubnet(network, prefixLength, familyOf(network) === 4 ? 'ipv4' : 'ipv6');
  }

  contains(address: string): boolean {
    return this.#contained.check(address, familyOf(address) === 4 ? 'ipv4' : 'ipv6');
  }

  /** Returns the address with a host number, counted from the network address. */
  host(number: number): string {
    const bytes = addressBytes(this.network);
    const at = bytes.length - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + number, at);
    return addressText(bytes);
  }
}

export interface Subnets {
  ipv4?: Subnet;
  ipv6?: Subnet;
}

/** Used if the CNI configuration names an external server without its addresses. */
const FROM_OUTSIDE = '10.201.0.0/24';
const CIDR = /^([0-9a-f.:]+)\/(\d+)$/i;

/** Returns the subnets that a CNI configuration assigns, from `ipam` or OVN's `subnets`; undefined if it assigns none. */
export function subnetsOf(config: string): Subnets | undefined {
  const parsed = parse(config);
  const plugins = objectsAt(parsed, 'plugins');
  const sources = (plugins.length > 0 ? plugins : [parsed]).flatMap((plugin) => {
    const ipam = objectAt(plugin, 'ipam') ?? {};
    if (Object.keys(ipam).length > 0) return [textsIn(ipam).join()];
    const subnets = at(plugin, 'subnets');
    return typeof subnets === 'string' && subnets !== '' ? [subnets] : [];
  });
  if (sources.length === 0) return undefined;
  const found = sources
    .join()
    .split(',')
    .flatMap((text) => parseSubnet(text) ?? []);
  const [ipv4, ipv6] = ([4, 6] as const).map((family) => found.find(({ network }) => familyOf(network) === family));
  if (!ipv4 && !ipv6) return subnetsOf(JSON.stringify({ subnets: FROM_OUTSIDE }));
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

function parse(config: string): JsonObject {
  try {
    const parsed = decodeJson(config);
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Each IPAM plugin has another key for its subnets: `subnet`, `range`, `addresses`, … */
export function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Parses `address/length`, also with a host part; undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', prefix = ''] = CIDR.exec(text.trim()) ?? [];
  if (isIP(address) === 0 || Number(prefix) > (familyOf(address) === 4 ? 32 : 128)) return undefined;
  return new Subnet(networkAddress(address, Number(prefix)), Number(prefix));
}
