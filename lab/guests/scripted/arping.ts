import { parseArgs } from 'node:util';
import { BROADCAST_MAC } from '../../packets/addresses.ts';
import type { Arp } from '../../packets/arp.ts';
import type { Device } from './device.ts';
import type { IpStack } from './ip-stack.ts';
import type { Program } from './shell.ts';

const UNKNOWN_MAC = '00:00:00:00:00:00';
const GAP_MS = 1000;

interface ArpingOptions {
  count: number;
  deadlineMs: number;
  target: string;
  device: string;
}

/** Looks for duplicates of an IPv4 address, in the words of iputils: `arping -D`, which is all of it that is known here. */
export function arping(stacks: IpStack[]): Program {
  return async (args, { out, error }) => {
    const options = parseOptions(args);
    if (typeof options === 'string') {
      error.write(`arping: ${options}\n`);
      return 2;
    }
    const device = stacks.find((stack) => stack.device.name === options.device)?.device;
    if (!device) {
      error.write(`arping: Device ${options.device} not available.\n`);
      return 2;
    }
    if (!device.up) {
      out.write(`Interface "${device.name}" is down\n`);
      return 2;
    }
    out.write(`ARPING ${options.target} from 0.0.0.0 ${device.name}\n`);
    const { sent, answer } = await probe(device, options);
    if (answer) {
      // In capitals, as iputils writes MACs.
      const [mac, kind] = [answer.arp.senderMac.toUpperCase(), answer.arp.request ? 'request' : 'reply'];
      const cast = answer.arp.toMac === BROADCAST_MAC ? 'Broadcast' : 'Unicast';
      out.write(`${cast} ${kind} from ${answer.arp.sender} [${mac}]  ${answer.ms.toFixed(3)}ms\n`);
    }
    out.write(`Sent ${sent} probes (${sent} broadcast(s))\nReceived ${answer ? 1 : 0} response(s)\n`);
    return answer ? 1 : 0;
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
    if (!values.duplicates) return 'SIMULATED guest knows only -D';
    if (more.length > 0 || !/^\d+(\.\d+){3}$/.test(target)) return `${target}: Name or service not known`;
    const [count, seconds] = [Number(values.count), Number(values.deadline)];
    if (!(count > 0) && !(seconds > 0)) return 'SIMULATED guest wants an end: -c or -w';
    return {
      ...{ target, device: values.device, count: count > 0 ? count : Infinity },
      deadlineMs: seconds > 0 ? seconds * 1000 : Infinity,
    };
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

interface Answer {
  arp: Arp;
  ms: number;
}

/** A probe a second, until the first answer. After the last probe there is a second for one. */
async function probe(
  device: Device,
  { count, deadlineMs, target }: ArpingOptions,
): Promise<{ sent: number; answer?: Answer }> {
  let sent = 0;
  for (let leftMs = deadlineMs; sent < count && leftMs > 0; leftMs -= GAP_MS) {
    const start = performance.now();
    const answering = device.heard<Answer>(
      (packet) => {
        if (packet.type !== 'arp' || packet.sender !== target || packet.senderMac === device.mac) return undefined;
        return { arp: packet, ms: performance.now() - start };
      },
      Math.min(GAP_MS, leftMs),
    );
    device.send({
      ...{ type: 'arp', fromMac: device.mac, toMac: BROADCAST_MAC, request: true },
      ...{ senderMac: device.mac, sender: '0.0.0.0', targetMac: UNKNOWN_MAC, target },
    });
    sent += 1;
    const answer = await answering;
    if (answer) return { sent, answer };
  }
  return { sent };
}
