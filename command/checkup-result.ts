/** The result of the checkup, as the command prints it. */
import { StringDecoder } from 'node:string_decoder';
import { record, strings } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { resultKey, STATUS_KEYS } from '../model/status-keys.ts';
import { renderNanoseconds } from '../model/units.ts';
import type { Kubectl } from './kubectl.ts';

/** Limit of characters per line; the checkup's last line has a few hundred. */
const LINE_LIMIT = 64 * 1024;
/** Limit for reading the ConfigMap from a server that does not respond; the log may contain the result, too. */
const READ_LIMIT_MS = 15_000;

/** Prints the log of the checkup and remembers the last line. */
export class Log {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #lastLine = '';
  #bytes = 0;

  /** Returns a writer for a log that is read again from its beginning: lines that were printed are skipped. */
  reader(): (data: Buffer) => void {
    let skip = this.#bytes;
    return (data) => {
      const fresh = data.subarray(Math.min(skip, data.length));
      skip -= data.length - fresh.length;
      if (fresh.length > 0) this.#print(fresh);
    };
  }

  get lastLine(): string {
    return this.#line.trim() === '' ? this.#lastLine : this.#line;
  }

  /** Bytes printed so far. */
  get bytes(): number {
    return this.#bytes;
  }

  #print(data: Buffer): void {
    this.#bytes += data.length;
    process.stdout.write(data);
    const lines = (this.#line + this.#decoder.write(data)).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    this.#lastLine = (lines.findLast((line) => line.trim() !== '') ?? this.#lastLine).slice(0, LINE_LIMIT);
  }
}

export type CheckupResult = Readonly<Record<string, string>>;

/** Prints the status keys of the ConfigMap, and returns them; none if it cannot be read. */
export async function printResult(
  kubectl: Kubectl,
  name: string,
  goOn: () => boolean = () => true,
): Promise<CheckupResult> {
  const where = `ConfigMap ${kubectl.namespace}/${name}`;
  try {
    const configMap = await kubectl.getWithRetry(['configmap', name], goOn, READ_LIMIT_MS);
    const answer = Object.entries(strings(record(configMap)['data'])).filter(([key]) => key.startsWith('status.'));
    if (answer.length === 0) {
      console.log(configMap === undefined ? `warning: ${where} is missing.` : `${where} holds no answer.`);
      return {};
    }
    const width = Math.max(...answer.map(([key]) => key.length));
    console.log(`Answer in ${where}`);
    for (const [key, value] of answer.sort()) console.log(`  ${key.padEnd(width)}  ${value || '""'}`);
    return Object.fromEntries(answer);
  } catch (error) {
    console.log(`warning: ${where} cannot be read: ${messageOf(error)}`);
    return {};
  }
}

/** Returns the checkup's last line from the ConfigMap, for a log that ended without it; undefined without results. */
export function lastLineOf(answer: CheckupResult): string | undefined {
  if (answer[STATUS_KEYS.succeeded] === 'false') return failedLine(answer[STATUS_KEYS.failureReason] ?? '');
  if (answer[STATUS_KEYS.succeeded] !== 'true') return undefined;
  const [min, avg, max] = (['min', 'avg', 'max'] as const).map((what) =>
    renderNanoseconds(Number(answer[resultKey(`${what}LatencyNanoSec`)])),
  );
  return `Kubevirt VM latency checkup succeeded: min ${min ?? ''} avg ${avg ?? ''} max ${max ?? ''}`;
}

/** Returns a failure in the form of the checkup's own last line, for a checkup that printed none. */
export function failedLine(reason: string): string {
  return `Kubevirt VM latency checkup failed: ${reason}`;
}

export interface Outcome {
  succeeded: boolean;
  line: string;
}

/**
 * Returns the outcome from the log's last line, the ConfigMap and the exit status. It is a success only if nothing contradicts it and,
 * in addition to the log, the ConfigMap or the exit status confirms it. Undefined if the checkup has no result.
 */
export function outcomeOf(logged: string, answer: CheckupResult, exitCode: number | undefined): Outcome | undefined {
  const written = lastLineOf(answer);
  const line = isLastLine(logged) ? logged : written;
  if (line === undefined) return undefined;
  if (!SUCCEEDED.test(line)) return { succeeded: false, line };
  const [claimed, status] = [answer[STATUS_KEYS.succeeded], exitCode];
  if (status !== undefined && status !== 0) {
    return { succeeded: false, line: failedLine(`it measured, but its container ended with exit status ${status}`) };
  }
  if (claimed === 'false') return { succeeded: false, line: written ?? line };
  if (claimed === 'true' || status === 0) return { succeeded: true, line };
  return {
    succeeded: false,
    line: failedLine('its log says that it succeeded, but neither the ConfigMap nor an exit status does'),
  };
}

const SUCCEEDED = /^Kubevirt VM latency checkup succeeded: /;
const LAST_LINE = /^Kubevirt VM latency checkup (failed|succeeded): /;

export function isLastLine(line: string): boolean {
  return LAST_LINE.test(line);
}
