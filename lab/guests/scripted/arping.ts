// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { BROADCAST_MAC } from '../../packets/addresses.ts';
import type { Arp } from '../../packets/arp.ts';
import type { Link } from './link.ts';
import type { Program } from './shell.ts';

const GAP_MS = 1000;

interface ArpingOptions {
  count: number;
  deadlineMs: number;
  target: string;
  device: string;
}

/** Looks for duplicates of an IPv4 address: `arping -D` with the output of iputils. Other options are refused. */
export function arping(links: Link[]): Program {
  return async (args, { out, error }) => {
    const options = parseOptions(args);
    if (typeof options === 'string') {
      error.write(`arping: ${options}\n`);
      return 2;
    }
    const link = links.find(({ name }) => name === options.device);
    if (!link) {
      error.write(`arping: Device ${options.device} not available.\n`);
      return 2;
    }
    if (!link.up) {
      out.write(`Interface "${link.name}" is down\n`);
      return 2;
    }
    out.write(`ARPING ${options.target} from 0.0.0.0 ${link.name}\n`);
    const { sent, reply } = await probe(link, options);
    if (reply) {
      // In capitals, as iputils writes MACs.
      const { sender, senderMac, request, toMac } = reply.arp;
      const [cast, kind] = [toMac === BROADCAST_MAC ? 'Broadcast' : 'Unicast', request ? 'request' : 'reply'];
      out.write(`${cast} ${kind} from ${sender} [${senderMac.toUpperCase()}]  ${reply.ms.toFixed(3)}ms\n`);
    }
    out.write(`Sent ${sent} probes (${sent} broadcast(s))\nReceived ${reply ? 1 : 0} response(s)\n`);
    return reply ? 1 : 0;
  };
}

function parseOptions(args: string[]): ArpingOptions | string {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        duplicates: { type: 'boolean', short: 'D', default: false },
        count: { ...text, short: 'c', default: '0' },
        deadline: { ...text, short: 'w', default: '0' },
        device: { ...text, short: 'I', default: 'eth0' },
      },
    });
    const [target = '', ...more] = positionals;
    if (!values.duplicates) return 'SIMULATED guest supports only -D';
    if (more.length > 0 || !/^\d+(\.\d+){3}$/.test(target)) return `${target}: Name or service not known`;
    const [count, seconds] = [Number(values.count), Number(values.deadline)];
    if (!(count > 0) && !(seconds > 0)) return 'SIMULATED guest wants an end: -c or -w';
    return {
      target,
      device: values.device,
      count: count > 0 ? count : Infinity,
      deadlineMs: seconds > 0 ? seconds * 1000 : Infinity,
    };
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

interface Reply {
  arp: Arp;
  ms: number;
}

/** Sends a probe a second until the first reply. The last probe has a second, too. */
async function probe(
  link: Link,
  { count, deadlineMs, target }: ArpingOptions,
): Promise<{ sent: number; reply?: Reply }> {
  let sent = 0;
  for (let leftMs = deadlineMs; sent < count && leftMs > 0; leftMs -= GAP_MS) {
    const start = performance.now();
    sent += 1;
    const reply = await link.ask(link.question(target), Math.min(GAP_MS, leftMs), (packet) => {
      if (packet.type !== 'arp' || packet.sender !== target) return undefined;
      return { arp: packet, ms: performance.now() - start };
    });
    if (reply) return { sent, reply };
  }
  return { sent };
}
