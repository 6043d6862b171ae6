// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { at, objectAt, textAt, textsAt, type Json } from '../../store/json.ts';
import { parseAddress, type Address } from './addresses.ts';

/** The part of a cloud-init network configuration (version 2) for one NIC. */
export interface NicConfig {
  /** A link without any configuration stays down. */
  up: boolean;
  addresses: Address[];
  dhcp4: boolean;
  /** Whether the kernel uses router advertisements; default: true. */
  acceptRa: boolean;
}

export function nicConfig(mac: string, networkData: string): NicConfig {
  const config = parse(networkData) as Json;
  const mine = Object.values(objectAt(config, 'ethernets') ?? {}).find(
    (ethernet) => textAt(ethernet, 'match', 'macaddress')?.toLowerCase() === mac,
  );
  const addresses = textsAt(mine, 'addresses')
    .map(parseAddress)
    .filter((address) => address !== undefined);
  const dhcp4 = at(mine, 'dhcp4') === true;
  const wantsRouter = at(mine, 'dhcp6') === true || at(mine, 'accept-ra') === true;
  return {
    up: addresses.length > 0 || dhcp4 || wantsRouter,
    addresses,
    dhcp4,
    acceptRa: at(mine, 'accept-ra') !== false,
  };
}
