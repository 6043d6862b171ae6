import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IpStack } from './ip-stack.ts';
import type { Output, Program } from './shell.ts';

/**
 * A ping in the words of iputils. It sends real packets over the lab's network and times them, but no machine stands behind
 * it: `-V` says so.
 */
export function scriptedPing(nics: IpStack[]): Program {
  return async (args, { out, error }) => {
    const options = parseOptions(args);
    if (typeof options === 'string') {
      error.write(options);
      return 2;
    }
    if (options.version) {
      out.write('ping from iputils 20240905 (SIMULATED by a scripted guest)\n');
      return 0;
    }
    const { destination } = options;
    const nic = nics.find((candidate) => candidate.sourceFor(destination) !== undefined);
    if (!nic && !destination.startsWith('127.')) {
      error.write('ping: connect: Network is unreachable\n');
      return 2;
    }
    out.write(`PING ${destination} (${destination}) 56(84) bytes of data.\n`);
    return report(await send(nic, options, out), destination, out);
  };
}

interface PingOptions {
  version: boolean;
  count: number;
  intervalMs: number;
  lingerMs: number;
  stamped: boolean;
  showLost: boolean;
  destination: string;
}

function parseOptions(args: string[]): PingOptions | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        count: { ...text, short: 'c', default: '0' },
        interval: { ...text, short: 'i', default: '1' },
        linger: { ...text, short: 'W', default: '10' },
        version: { ...flag, short: 'V' },
        numeric: { ...flag, short: 'n' },
        stamped: { ...flag, short: 'D' },
        showLost: { ...flag, short: 'O' },
      },
    });
    const [destination = '', ...more] = positionals;
    if (!values.version && (more.length > 0 || !/^\d+(\.\d+){3}$/.test(destination))) {
      return `ping: usage error: Destination address required\n`;
    }
    const { version, stamped, showLost } = values;
    return {
      ...{ version, stamped, showLost, destination },
      count: Number(values.count),
      intervalMs: Number(values.interval) * 1000,
      lingerMs: Number(values.linger) * 1000,
    };
  } catch (problem) {
    return `ping: ${problem instanceof Error ? problem.message : String(problem)}\n`;
  }
}

interface Tally {
  transmitted: number;
  timeMs: number;
  /** Of each reply, in milliseconds. */
  rtts: number[];
}

/** Without a NIC it is the loopback, which answers at once. */
async function send(nic: IpStack | undefined, options: PingOptions, out: Output): Promise<Tally> {
  const { destination, count, intervalMs, lingerMs } = options;
  const stamp = () => (options.stamped ? `[${(Date.now() / 1000).toFixed(6)}] ` : '');
  const start = performance.now();
  const cold = process.hrtime.bigint();
  const mac = await nic?.resolve(destination);
  // The kernel holds the first packet while it asks who has the address.
  const held = Number(process.hrtime.bigint() - cold) / 1e6;
  const id = nic?.identifier() ?? 0;
  const rtts: number[] = [];
  const replies: Promise<void>[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const number = sequence;
    const answered = ping(nic, mac, destination, id, number, lingerMs).then((rtt) => {
      if (rtt === undefined) return;
      const ms = number === 1 ? rtt + held : rtt;
      rtts.push(ms);
      out.write(`${stamp()}64 bytes from ${destination}: icmp_seq=${number} ttl=64 time=${threeDigits(ms)} ms\n`);
    });
    replies.push(answered);
    if (number === count) break;
    const before = rtts.length;
    await sleep(Math.max(0, start + number * intervalMs - performance.now()));
    if (options.showLost && rtts.length === before) out.write(`${stamp()}no answer yet for icmp_seq=${number}\n`);
  }
  const timeMs = Math.round(performance.now() - start);
  await Promise.all(replies);
  return { transmitted: count, timeMs, rtts };
}

async function ping(
  nic: IpStack | undefined,
  mac: string | undefined,
  destination: string,
  id: number,
  sequence: number,
  lingerMs: number,
): Promise<number | undefined> {
  if (!nic) return 0.02;
  if (mac === undefined) return undefined;
  const ns = await nic.echo(destination, mac, id, sequence, lingerMs);
  return ns === undefined ? undefined : Number(ns) / 1e6;
}

/** iputils prints three significant digits per reply. */
function threeDigits(ms: number): string {
  return ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3);
}

function report({ transmitted, timeMs, rtts }: Tally, destination: string, out: Output): number {
  const received = rtts.length;
  const loss = Number((((transmitted - received) / transmitted) * 100).toPrecision(6));
  out.write(`\n--- ${destination} ping statistics ---\n`);
  out.write(`${transmitted} packets transmitted, ${received} received, ${loss}% packet loss, time ${timeMs}ms\n`);
  if (received === 0) return 1;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / received;
  const avg = mean(rtts);
  const mdev = Math.sqrt(mean(rtts.map((rtt) => (rtt - avg) ** 2)));
  const numbers = [Math.min(...rtts), avg, Math.max(...rtts), mdev].map((ms) => ms.toFixed(3));
  out.write(`rtt min/avg/max/mdev = ${numbers.join('/')} ms\n`);
  return 0;
}
