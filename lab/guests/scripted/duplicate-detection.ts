import { multicastMac, solicitedNode } from '../../packets/addresses.ts';
import type { Packet } from '../../packets/packet.ts';
import type { Device } from './device.ts';

/** RFC 4862: one question, and a second for the answer. */
const WAIT_MS = 1000;

/** Whether anybody else on the link has this IPv6 address, or is about to take it. */
export async function isDuplicate(address: string, device: Device): Promise<boolean> {
  const taken = device.heard((packet) => (claims(packet, address) ? true : undefined), WAIT_MS);
  const destination = solicitedNode(address);
  device.send({
    ...{ type: 'neighbourSolicitation', fromMac: device.mac, toMac: multicastMac(destination) },
    ...{ source: '::', destination, target: address },
  });
  return (await taken) ?? false;
}

function claims(packet: Packet, address: string): boolean {
  switch (packet.type) {
    case 'neighbourAdvertisement':
      return packet.target === address;
    case 'neighbourSolicitation':
      return packet.target === address && packet.source === '::';
    default:
      return false;
  }
}
