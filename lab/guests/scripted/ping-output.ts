// SPDX-License-Identifier: Apache-2.0
import type { Echo } from '../../packets/echo.ts';
import { HOP_LIMIT } from '../../packets/ip.ts';
import type { PingOptions } from './ping-options.ts';

/** Lines of iputils' ping for both families. */

export function headline({ destination, family, size }: PingOptions): string {
  return family === 4
    ? `PING ${destination} (${destination}) ${size}(${size + 28}) bytes of data.\n`
    : `PING ${destination}(${destination}) ${size} data bytes\n`;
}

/** Has no time if the payload is too short for one. */
export function replyLine(
  { destination, precise }: PingOptions,
  { sequence, payload }: Pick<Echo, 'sequence' | 'payload'>,
  rttMs: number | undefined,
): string {
  const time = rttMs === undefined ? '' : ` time=${precise ? rttMs.toFixed(3) : threeDigits(rttMs)} ms`;
  return `${payload.length + 8} bytes from ${destination}: icmp_seq=${sequence} ttl=${HOP_LIMIT}${time}`;
}

export function unreachableLine({ family }: PingOptions, source: string, sequence: number): string {
  const reason = family === 4 ? 'Destination Host Unreachable' : 'Destination unreachable: Address unreachable';
  return `From ${source} icmp_seq=${sequence} ${reason}`;
}

/** The error for a payload above the MTU of the NIC. iputils has two spellings of it. */
export function tooLongLine({ family }: PingOptions, mtu: number): string {
  return `ping: local error: message too long, mtu${family === 4 ? '=' : ': '}${mtu}`;
}

/** Three significant digits, and at most three decimals. */
function threeDigits(ms: number): string {
  return ms.toFixed(ms >= 99.95 ? 0 : ms >= 9.995 ? 1 : ms >= 1 ? 2 : 3);
}
