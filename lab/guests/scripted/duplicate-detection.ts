import { multicastMac, solicitedNode } from '../../packets/addresses.ts';
import type { Packet } from '../../packets/packet.ts';
import type { Device } from './device.ts';

/** RFC 4862: one question, and a second for the answer. */
const WAIT_MS = 1000;

/** The MAC of who else on the link has this IPv6 address, or is about to take it. */
export async function otherOwner(address: string, device: Device): Promise<string | undefined> {
  const taken = device.heard((packet) => (claims(packet, address) ? packet.fromMac : undefined), WAIT_MS);
  const destination = solicitedNode(address);
  device.send({
    ...{ type: 'neighbourSolicitation', fromMac: device.mac, toMac: multicastMac(destination) },
    ...{ source: '::', destination, target: address },
  });
  return taken;
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
