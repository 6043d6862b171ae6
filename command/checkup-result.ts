// SPDX-License-Identifier: Apache-2.0
/** The result of the checkup: its log, its ConfigMap and its outcome. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { redactedData } from '../model/parameters.ts';
import { resultKey, STATUS_KEYS } from '../model/status-keys.ts';
import { renderNanoseconds } from '../model/units.ts';
import { ForeignEntry, replaceFile } from '../reporters/artifacts/list.ts';
import type { LiveView } from '../reporters/views/live-view.ts';
import { isLastLine, isPlaceLine, renderPlaces } from '../reporters/views/summary.ts';
import type { Kubectl } from './kubectl.ts';
import type { Options } from './options.ts';
import { renderYaml } from './plan.ts';

/** Limit of characters per line; the checkup's last line has a few hundred. */
const LINE_LIMIT = 64 * 1024;
/** Limit for reading the ConfigMap from a server that does not respond; the log may contain the result, too. */
const READ_LIMIT_MS = 15_000;
const CONFIGMAP_FILE = 'configmap.yaml';

/**
 * Prints the log of the checkup, except its last line and the lines that name its files: the command prints its own at the end.
 * Remembers the last line.
 */
export class Log {
  readonly #decoder = new StringDecoder('utf8');
  readonly #live: LiveView | undefined;
  readonly #places: string[] = [];
  #line = '';
  #lastLine = '';
  #bytes = 0;

  /** @param live the view of stdout, if it is a terminal */
  constructor(live?: LiveView) {
    this.#live = live;
  }

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

  /** The lines that name the files of a checkup on this machine. */
  get files(): readonly string[] {
    return this.#places.filter((line) => !line.startsWith('ConfigMap: '));
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Prints an incomplete line, and ends the display of a running stage. */
  end(): void {
    if (this.#line !== '') this.#printLine(this.#line);
    this.#live?.settle();
  }

  #print(data: Buffer): void {
    this.#bytes += data.length;
    const lines = (this.#line + this.#decoder.write(data)).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    for (const line of lines) {
      if (line.trim() !== '') this.#lastLine = line.slice(0, LINE_LIMIT);
      this.#printLine(line);
    }
  }

  #printLine(line: string): void {
    if (isPlaceLine(line)) this.#places.push(line);
    else if (!isLastLine(line)) console.log(line);
  }
}

export type CheckupResult = Readonly<Record<string, string>>;

/** The ConfigMap after the checkup; undefined if it is missing or cannot be read, with a warning. */
export async function readConfigMap(
  kubectl: Kubectl,
  name: string,
  goOn: () => boolean = () => true,
): Promise<Json | undefined> {
  const where = `ConfigMap ${kubectl.namespace}/${name}`;
  try {
    const configMap = await kubectl.getWithRetry(['configmap', name], goOn, READ_LIMIT_MS);
    if (configMap === undefined) console.log(`warning: ${where} is missing.`);
    else if (Object.keys(resultOf(configMap)).length === 0) console.log(`${where} contains no result.`);
    return configMap;
  } catch (error) {
    console.log(`warning: ${where} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** Returns the status keys of a ConfigMap. */
export function resultOf(configMap: Json | undefined): CheckupResult {
  const data = Object.entries(strings(record(configMap?.['data'])));
  return Object.fromEntries(data.filter(([key]) => key.startsWith('status.')));
}

/** Saves a copy of the ConfigMap in the artifacts directory. Returns the file; undefined with a warning if it cannot be written. */
async function saveConfigMap(directory: string, configMap: Json): Promise<string | undefined> {
  const file = path.join(directory, CONFIGMAP_FILE);
  try {
    await mkdir(directory, { recursive: true });
    await replaceFile(directory, CONFIGMAP_FILE, renderYaml([configMap]));
    return file;
  } catch (error) {
    const why =
      error instanceof ForeignEntry ? `${error.message} exists, and no earlier run created it` : messageOf(error);
    console.log(`warning: the ConfigMap could not be saved as ${file}: ${why}`);
    return undefined;
  }
}

/**
 * Prints the ConfigMap if the user wants to see it. Returns the line that names it: a retained one in the cluster, otherwise its copy in
 * the artifacts directory.
 */
export async function concludeConfigMap(
  configMap: Json | undefined,
  directory: string,
  { keep, showConfigMap }: Pick<Options, 'keep' | 'showConfigMap'>,
): Promise<readonly string[]> {
  if (configMap === undefined) return [];
  const shown = { ...configMap, data: redactedData(strings(configMap['data'])) };
  if (showConfigMap) console.log(renderYaml([shown]).trimEnd());
  const { namespace = '', name = '' } = strings(configMap['metadata']);
  const copy = await saveConfigMap(directory, shown);
  return renderPlaces({ configMap: keep ? { namespace, name } : copy });
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
