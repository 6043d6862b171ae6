// SPDX-License-Identifier: Apache-2.0
import { isIPv4, isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { canonicalAddress, type Family } from '../../packets/addresses.ts';

export interface PingOptions {
  destination: string;
  family: Family;
  /** Undefined: pings until the deadline. */
  count: number | undefined;
  intervalMs: number;
  /** How long it waits at the end if there was no reply at all. */
  lingerMs: number;
  /** Ends the run. Before it, the run ends only with `count` replies or an error. */
  deadlineMs: number | undefined;
  /** Size of the payload in bytes. */
  size: number;
  mayFragment: boolean;
  stamped: boolean;
  showLost: boolean;
  /** Prints three decimals for times of any length. */
  precise: boolean;
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;
const OPTIONS = {
  count: { ...TEXT, short: 'c' },
  deadline: { ...TEXT, short: 'w' },
  discovery: { ...TEXT, short: 'M', default: 'want' },
  interval: { ...TEXT, short: 'i', default: '1' },
  ipv4: { ...FLAG, short: '4' },
  ipv6: { ...FLAG, short: '6' },
  linger: { ...TEXT, short: 'W', default: '10' },
  numeric: { ...FLAG, short: 'n' },
  precise: { ...FLAG, short: '3' },
  showLost: { ...FLAG, short: 'O' },
  size: { ...TEXT, short: 's', default: '56' },
  stamped: { ...FLAG, short: 'D' },
  version: { ...FLAG, short: 'V' },
} as const;

const LONGEST_PAYLOAD = 65507;

/** Returns the options, a problem with them, or 'version' for `-V`. */
export function parsePingOptions(args: string[]): PingOptions | { problem: string } | 'version' {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (values.version) return 'version';
    const [text = '', ...more] = positionals;
    if (text === '' || more.length > 0) return { problem: 'usage error: Destination address required' };
    const family = familyOf(text);
    if (family === undefined) return { problem: `${text}: Name or service not known` };
    if (family === 4 ? values.ipv6 : values.ipv4) {
      return { problem: `${text}: Address family for hostname not supported` };
    }
    if (!['do', 'dont', 'want', 'probe'].includes(values.discovery)) {
      return { problem: `invalid -M argument: ${values.discovery}` };
    }
    const limits = {
      count: values.count === undefined ? undefined : number(values.count, 1, Infinity),
      deadlineMs: values.deadline === undefined ? undefined : number(values.deadline, 1, Infinity) * 1000,
    };
    if (limits.count === undefined && limits.deadlineMs === undefined) {
      return { problem: 'SIMULATED guest wants an end: -c or -w' };
    }
    const { precise, showLost, stamped } = values;
    return {
      destination: canonicalAddress(text),
      family,
      precise,
      showLost,
      stamped,
      ...limits,
      intervalMs: number(values.interval, 0, Infinity) * 1000,
      lingerMs: number(values.linger, 0, Infinity) * 1000,
      size: number(values.size, 0, LONGEST_PAYLOAD),
      mayFragment: values.discovery === 'want' || values.discovery === 'dont',
    };
  } catch (problem) {
    return { problem: problem instanceof Error ? problem.message : String(problem) };
  }
}

function familyOf(text: string): Family | undefined {
  if (isIPv4(text)) return 4;
  return isIPv6(text) && !text.includes('%') ? 6 : undefined;
}

function number(text: string, min: number, max: number): number {
  const value = Number(text);
  if (text === '' || !(value >= min && value <= max)) throw new Error(`invalid argument: '${text}'`);
  return value;
}
