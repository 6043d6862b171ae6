/** The user's kubectl, with the user's context as it was at the start: whatever it can reach, this command can. */
import { setTimeout as pause } from 'node:timers/promises';
import { record, type Json } from '../fixtures/cluster/objects.ts';
import { oneLine, quoted } from '../model/text.ts';
import { startChild } from './child.ts';
import { pinContext, type PinnedContext } from './pinned-context.ts';

/** Nothing asked of it here takes long. */
const CALL_LIMIT_MS = 30_000;
/** Lists of what this command made, or of a run's pods: far more than they can be. */
const ANSWER_LIMIT_BYTES = 32 * 2 ** 20;
/** How long, and after which pause, a call that failed is repeated. */
const RETRY_MS = 60_000;
const BETWEEN_MS = 2000;

interface CommandResult {
  status: number;
  stdout: string;
  /** On one line. */
  stderr: string;
}

/** kubectl did not do what it was asked. */
class KubectlError extends Error {
  /** The API server will not do it, however often it is asked. */
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
  readonly namespace: string;
  readonly kubeconfig: string;
  readonly #command: readonly string[];

  constructor(program: string, { name, namespace, kubeconfig }: PinnedContext) {
    this.context = name;
    this.namespace = namespace;
    this.kubeconfig = kubeconfig;
    this.#command = [program, '--kubeconfig', kubeconfig, '-n', namespace];
  }

  /** As it would be typed, whatever the current context is by then. */
  command(...args: string[]): string {
    return this.commandIn(this.namespace, ...args);
  }

  /** The same for another namespace, or for objects of the cluster. */
  commandIn(namespace: string | undefined, ...args: string[]): string {
    const where = namespace === undefined ? [] : ['-n', namespace];
    return ['kubectl', `--context=${this.context}`, ...where, ...args].map(typed).join(' ');
  }

  /** Never throws for what kubectl answers. */
  async run(args: readonly string[], input = '', limitMs = CALL_LIMIT_MS): Promise<CommandResult> {
    const options = { input, limitMs, limitBytes: ANSWER_LIMIT_BYTES };
    const { status, stdout, stderr } = await startChild([...this.#command, ...args], options).ended;
    return { status, stdout, stderr: oneLine(stderr) || (status === 0 ? '' : `kubectl ended with ${status}`) };
  }

  /** @throws Error in kubectl's words */
  async runOrThrow(args: readonly string[], input = ''): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, input);
    if (status !== 0) throw new KubectlError(args, stderr);
    return stdout;
  }

  /** What `kubectl get` finds; undefined where there is nothing. @throws Error */
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

  /** A server that cannot be asked for a moment is asked again, as long as `goOn` allows. */
  async getPatiently(
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

  /** Goes on until the container ends or the connection does. */
  follow(pod: string, container: string, onData: (data: Buffer) => void): LogStream {
    const { ended, stop } = startChild([...this.#command, 'logs', '-f', pod, '-c', container], { onData });
    return { ended: ended.then(({ status, stderr }) => ({ status, complaint: oneLine(stderr, 500) })), stop };
  }

  /** Passes on what a command in a container prints, byte by byte; answers why it failed, if it did. */
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

/** The user's kubectl, with the context that is now the current one. @throws Error where there is none */
export async function findKubectl(named: string | undefined, namespace: string | undefined): Promise<Kubectl> {
  const program = named || 'kubectl';
  return new Kubectl(program, await pinContext(program, namespace));
}

/** Names of contexts may have anything in them. */
function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
