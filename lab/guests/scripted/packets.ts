/**
 * The few packets a scripted guest speaks: ARP over Ethernet (RFC 826) and ICMP echo over IPv4 (RFC 791, 792). Addresses are
 * written as people do.
 */

export interface Arp {
  type: 'arp';
  request: boolean;
  senderMac: string;
  sender: string;
  targetMac: string;
  target: string;
}

export interface Echo {
  type: 'echo';
  request: boolean;
  source: string;
  destination: string;
  id: number;
  sequence: number;
  payload: Buffer;
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const [ARP, IPV4] = [0x0806, 0x0800];
const ICMP = 1;
const [ECHO_REPLY, ECHO_REQUEST] = [0, 8];
const [ETHERNET_LENGTH, IP_LENGTH, ICMP_LENGTH] = [14, 20, 8];
const TTL = 64;

export function encodeArp(arp: Arp): Buffer {
  const body = Buffer.alloc(28);
  body.writeUInt16BE(1, 0);
  body.writeUInt16BE(IPV4, 2);
  body.set([6, 4], 4);
  body.writeUInt16BE(arp.request ? 1 : 2, 6);
  body.set(macBytes(arp.senderMac), 8);
  body.set(addressBytes(arp.sender), 14);
  body.set(macBytes(arp.request ? '00:00:00:00:00:00' : arp.targetMac), 18);
  body.set(addressBytes(arp.target), 24);
  return ethernet(arp.request ? BROADCAST : arp.targetMac, arp.senderMac, ARP, body);
}

export function encodeEcho(echo: Echo, sourceMac: string, destinationMac: string): Buffer {
  const icmp = Buffer.alloc(ICMP_LENGTH + echo.payload.length);
  icmp.writeUInt8(echo.request ? ECHO_REQUEST : ECHO_REPLY, 0);
  icmp.writeUInt16BE(echo.id, 4);
  icmp.writeUInt16BE(echo.sequence & 0xffff, 6);
  icmp.set(echo.payload, ICMP_LENGTH);
  icmp.writeUInt16BE(checksum(icmp), 2);
  const ip = Buffer.alloc(IP_LENGTH);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(IP_LENGTH + icmp.length, 2);
  ip.writeUInt8(TTL, 8);
  ip.writeUInt8(ICMP, 9);
  ip.set(addressBytes(echo.source), 12);
  ip.set(addressBytes(echo.destination), 16);
  ip.writeUInt16BE(checksum(ip), 10);
  return ethernet(destinationMac, sourceMac, IPV4, Buffer.concat([ip, icmp]));
}

/** Undefined for anything else, and for what is cut short. */
export function decodePacket(frame: Buffer): Arp | Echo | undefined {
  const body = frame.subarray(ETHERNET_LENGTH);
  if (body.length < 28) return undefined;
  const type = frame.readUInt16BE(12);
  if (type === ARP) {
    return {
      type: 'arp',
      request: body.readUInt16BE(6) === 1,
      senderMac: macText(body.subarray(8, 14)),
      sender: addressText(body.subarray(14, 18)),
      targetMac: macText(body.subarray(18, 24)),
      target: addressText(body.subarray(24, 28)),
    };
  }
  if (type !== IPV4 || body.readUInt8(9) !== ICMP) return undefined;
  const icmp = body.subarray((body.readUInt8(0) & 0xf) * 4, body.readUInt16BE(2));
  const kind = icmp[0];
  if (icmp.length < ICMP_LENGTH || (kind !== ECHO_REPLY && kind !== ECHO_REQUEST)) return undefined;
  return {
    type: 'echo',
    request: kind === ECHO_REQUEST,
    source: addressText(body.subarray(12, 16)),
    destination: addressText(body.subarray(16, 20)),
    id: icmp.readUInt16BE(4),
    sequence: icmp.readUInt16BE(6),
    payload: icmp.subarray(ICMP_LENGTH),
  };
}

function ethernet(to: string, from: string, type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(ETHERNET_LENGTH);
  header.set(macBytes(to), 0);
  header.set(macBytes(from), 6);
  header.writeUInt16BE(type, 12);
  return Buffer.concat([header, body]);
}

/** The ones' complement sum of RFC 1071. */
function checksum(data: Buffer): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 2) sum += ((data[i] ?? 0) << 8) | (data[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function macBytes(mac: string): number[] {
  return mac.split(':').map((byte) => Number.parseInt(byte, 16));
}

function macText(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function addressBytes(address: string): number[] {
  return address.split('.').map(Number);
}

function addressText(bytes: Buffer): string {
  return bytes.join('.');
}
