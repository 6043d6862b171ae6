/** What the checkup answered, as the command prints it. */
import { StringDecoder } from 'node:string_decoder';
import { record, strings } from '../../fixtures/cluster/objects.ts';
import { messageOf } from '../../model/errors.ts';
import { resultKey, STATUS_KEYS } from '../../model/status-keys.ts';
import { renderNanoseconds } from '../../model/units.ts';
import type { Kubectl } from './kubectl.ts';

/** Its log, passed through as it comes; the last line is kept. */
export class Log {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #lastLine = '';
  #bytes = 0;

  /** Of a log that is read again from its beginning, what has been printed is left out. */
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

  #print(data: Buffer): void {
    this.#bytes += data.length;
    process.stdout.write(data);
    const lines = (this.#line + this.#decoder.write(data)).split('\n');
    this.#line = lines.pop() ?? '';
    this.#lastLine = lines.findLast((line) => line.trim() !== '') ?? this.#lastLine;
  }
}

type Answer = Readonly<Record<string, string>>;

/** Prints the status keys of the ConfigMap that was answered into, and answers them; none where it cannot be read. */
export async function printAnswer(kubectl: Kubectl, name: string): Promise<Answer> {
  const where = `ConfigMap ${kubectl.namespace}/${name}`;
  try {
    const configMap = await kubectl.get(['configmap', name]);
    const answer = Object.entries(strings(record(configMap)['data'])).filter(([key]) => key.startsWith('status.'));
    if (answer.length === 0) {
      console.log(`${where} holds no answer.`);
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

/** The checkup's last line from what it wrote, where it was not heard; undefined where nothing was written. */
export function lastLineOf(answer: Answer): string | undefined {
  if (answer[STATUS_KEYS.succeeded] === 'false') return failedLine(answer[STATUS_KEYS.failureReason] ?? '');
  if (answer[STATUS_KEYS.succeeded] !== 'true') return undefined;
  const [min, avg, max] = (['min', 'avg', 'max'] as const).map((what) =>
    renderNanoseconds(Number(answer[resultKey(`${what}LatencyNanoSec`)])),
  );
  return `Kubevirt VM latency checkup succeeded: min ${min ?? ''} avg ${avg ?? ''} max ${max ?? ''}`;
}

/** In the form of the checkup's own last line, where it could not print one. */
export function failedLine(reason: string): string {
  return `Kubevirt VM latency checkup failed: ${reason}`;
}

const LAST_LINE = /^Kubevirt VM latency checkup (failed|succeeded): /;

export function isLastLine(line: string): boolean {
  return LAST_LINE.test(line);
}
