import { parse } from 'yaml';
import { objectAt, textAt, textsAt, type Json } from '../../store/json.ts';

/** The addresses, `a.b.c.d/n`, that a cloud-init network configuration (version 2) gives the NIC with this MAC. */
export function addressesFor(mac: string, networkData: string): string[] {
  const config = parse(networkData) as Json;
  const mine = Object.values(objectAt(config, 'ethernets') ?? {}).find(
    (ethernet) => textAt(ethernet, 'match', 'macaddress')?.toLowerCase() === mac,
  );
  return textsAt(mine, 'addresses').filter((address) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(address));
}
