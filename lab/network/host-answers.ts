import { ALL_NODES, multicastMac } from '../packets/addresses.ts';
import type { Arp } from '../packets/arp.ts';
import { replyTo } from '../packets/echo.ts';
import type { NeighbourSolicitation } from '../packets/neighbour-discovery.ts';
import type { Packet } from '../packets/packet.ts';

/** What any host does about a packet: it tells where its addresses are, and answers pings. */
export function answerTo(packet: Packet, mac: string, owns: (address: string) => boolean): Packet | undefined {
  switch (packet.type) {
    case 'arp':
      return packet.request && owns(packet.target) ? arpReply(packet, mac) : undefined;
    case 'neighbourSolicitation':
      return owns(packet.target) ? advertisement(packet, mac) : undefined;
    case 'echo':
      // A switch floods what it has not learned: not all that arrives is meant.
      return packet.request && packet.toMac === mac && owns(packet.destination) ? replyTo(packet, mac) : undefined;
    default:
      return undefined;
  }
}

function arpReply({ senderMac, sender, target }: Arp, mac: string): Packet {
  return {
    type: 'arp',
    fromMac: mac,
    toMac: senderMac,
    request: false,
    senderMac: mac,
    sender: target,
    targetMac: senderMac,
    target: sender,
  };
}

/** Who probes for duplicates has no address yet, so the answer is for everybody (RFC 4861, 7.2.4). */
function advertisement({ fromMac, source, target }: NeighbourSolicitation, mac: string): Packet {
  const solicited = source !== '::';
  return {
    type: 'neighbourAdvertisement',
    source: target,
    fromMac: mac,
    ...(solicited
      ? { toMac: fromMac, destination: source }
      : { toMac: multicastMac(ALL_NODES), destination: ALL_NODES }),
    router: false,
    solicited,
    override: true,
    target,
    targetMac: mac,
  };
}
