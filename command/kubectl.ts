// SPDX-License-Identifier: Apache-2.0
/** Runs the user's kubectl with the context that was current at the start: the command reaches the same clusters as kubectl. */
import { setTimeout as pause } from 'node:timers/promises';
import { record, type Json } from '../fixtures/cluster/objects.ts';
import { oneLine, quoted } from '../model/text.ts';
import { startChild } from './child.ts';
import { pinContext, type PinnedContext } from './pinned-context.ts';

/** Limit of a call. */
const CALL_LIMIT_MS = 30_000;
/** Limit of the output of a call, far above the size of the lists here. */
const OUTPUT_LIMIT_BYTES = 32 * 2 ** 20;
/** Limit of retries of a failed call, and the pause between them. */
const RETRY_MS = 60_000;
const BETWEEN_MS = 2000;

interface CommandResult {
  status: number;
  stdout: string;
  /** One line. */
  stderr: string;
}

/** kubectl failed. */
class KubectlError extends Error {
  /** Whether the API server refused the request: a retry has the same result. */
  readonly refused: boolean;

  constructor(args: readonly string[], stderr: string) {
    super(`kubectl ${args.join(' ')}: ${stderr}`);
    this.refused = isRefusal(stderr);
  }
}

/** kubectl prints the reason of a Status in parentheses. */
export function isRefusal(stderr: string): boolean {
  return /^Error from server \((Forbidden|Invalid|MethodNotAllowed|BadRequest)\)/.test(stderr);
}

export function isRefused(error: unknown): boolean {
  return error instanceof KubectlError && error.refused;
}

export interface LogStream {
  ended: Promise<{ status: number; complaint: string }>;
  stop: () => void;
}

export class Kubectl {
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly kubeconfig: string;
  readonly #command: readonly string[];

  constructor(program: string, { name, cluster, namespace, kubeconfig }: PinnedContext) {
    this.context = name;
    this.cluster = cluster;
    this.namespace = namespace;
    this.kubeconfig = kubeconfig;
    this.#command = [program, '--kubeconfig', kubeconfig, '-n', namespace];
  }

  /** Returns the command for a user; it contains the context. */
  command(...args: string[]): string {
    return this.commandIn(this.namespace, ...args);
  }

  /** Returns the command for another namespace, or for cluster-scoped objects. */
  commandIn(namespace: string | undefined, ...args: string[]): string {
    const where = namespace === undefined ? [] : ['-n', namespace];
    return ['kubectl', `--context=${this.context}`, ...where, ...args].map(typed).join(' ');
  }

  /** Runs kubectl. Does not throw if kubectl fails. */
  async run(args: readonly string[], input = '', limitMs = CALL_LIMIT_MS): Promise<CommandResult> {
    const options = { input, limitMs, limitBytes: OUTPUT_LIMIT_BYTES };
    const { status, stdout, stderr } = await startChild([...this.#command, ...args], options).ended;
    return { status, stdout, stderr: oneLine(stderr) || (status === 0 ? '' : `kubectl ended with ${status}`) };
  }

  /** @throws Error with kubectl's message */
  async runOrThrow(args: readonly string[], input = ''): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, input);
    if (status !== 0) throw new KubectlError(args, stderr);
    return stdout;
  }

  /** Returns the object of `kubectl get`; undefined if it does not exist. @throws Error */
  async get(args: readonly string[], input = ''): Promise<Json | undefined> {
    return this.getJson(['get', ...args, '--ignore-not-found', '-o', 'json'], input);
  }

  /** @throws Error */
  async getJson(args: readonly string[], input = ''): Promise<Json | undefined> {
    const text = await this.runOrThrow(args, input);
    if (text.trim() === '') return undefined;
    try {
      return record(JSON.parse(text));
    } catch {
      throw new Error(`kubectl ${args.join(' ')} printed no JSON: ${quoted(text)}`);
    }
  }

  /** Reads an object and retries transient errors as long as `goOn` returns true. */
  async getWithRetry(
    args: readonly string[],
    goOn: () => boolean = () => true,
    limitMs = RETRY_MS,
  ): Promise<Json | undefined> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      try {
        return await this.get(args);
      } catch (error) {
        if (isRefused(error) || Date.now() > deadline || !goOn()) throw error;
        await pause(BETWEEN_MS);
      }
    }
  }

  /** Follows the log until the container or the connection ends. */
  follow(pod: string, container: string, onData: (data: Buffer) => void): LogStream {
    const { ended, stop } = startChild([...this.#command, 'logs', '-f', pod, '-c', container], { onData });
    return { ended: ended.then(({ status, stderr }) => ({ status, complaint: oneLine(stderr, 500) })), stop };
  }

  /** Streams the output of a command in a container. Returns the error if it failed. */
  async execInto(
    pod: string,
    container: string,
    command: readonly string[],
    { limitBytes, onData }: { limitBytes: number; onData: (data: Buffer) => void },
  ): Promise<string | undefined> {
    const exec = [...this.#command, 'exec', pod, '-c', container, '--', ...command];
    const { status, stderr } = await startChild(exec, { limitMs: 2 * CALL_LIMIT_MS, limitBytes, onData }).ended;
    return status === 0 ? undefined : oneLine(stderr) || `kubectl exec ended with ${status}`;
  }
}

/** Returns the user's kubectl with the current context. @throws Error if there is none */
export async function findKubectl(named: string | undefined, namespace: string | undefined): Promise<Kubectl> {
  const program = named || 'kubectl';
  return new Kubectl(program, await pinContext(program, namespace));
}

/** Quotes a word for the shell: names of contexts may contain any characters. */
function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
