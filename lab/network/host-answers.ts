// SPDX-License-Identifier: Apache-2.0
import { ALL_NODES, multicastMac } from '../packets/addresses.ts';
import type { Arp } from '../packets/arp.ts';
import { replyTo } from '../packets/echo.ts';
import type { NeighbourSolicitation } from '../packets/neighbour-discovery.ts';
import type { Packet } from '../packets/packet.ts';

/** Returns the reply of a host to ARP, neighbour solicitations and pings; undefined for packets without a reply. */
export function answerTo(packet: Packet, mac: string, owns: (address: string) => boolean): Packet | undefined {
  switch (packet.type) {
    case 'arp':
      return packet.request && owns(packet.target) ? arpReply(packet, mac) : undefined;
    case 'neighbourSolicitation':
      return owns(packet.target) ? advertisement(packet, mac) : undefined;
    case 'echo':
      // A switch floods frames to unknown MACs: not every frame is for this host.
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

/** A prober has no address yet, so the reply goes to all nodes (RFC 4861, 7.2.4). */
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
