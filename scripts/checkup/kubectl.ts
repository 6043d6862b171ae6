/** The user's kubectl, with the user's context as it was at the start: whatever it can reach, this command can. */
import { setTimeout as pause } from 'node:timers/promises';
import { $ } from 'zx';
import { record, type Json } from '../../fixtures/cluster/objects.ts';
import { oneLine } from '../../model/text.ts';
import { pinContext, type PinnedContext } from './pinned-context.ts';

/** Nothing asked of it here takes long. */
const CALL_LIMIT = '60s';
/** How often, and after how long, what failed is asked again. */
const ATTEMPTS = 10;
const BETWEEN_MS = 2000;

interface Said {
  status: number;
  stdout: string;
  /** On one line. */
  stderr: string;
}

export interface LogStream {
  ended: Promise<string>;
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
    return ['kubectl', typed(`--context=${this.context}`), '-n', this.namespace, ...args].join(' ');
  }

  /** Never throws for what kubectl answers. */
  async run(args: readonly string[], input = ''): Promise<Said> {
    const process = this.#start({ input, timeout: CALL_LIMIT })`${this.#command} ${args}`;
    const { exitCode, stdout, stderr } = await process;
    return { status: exitCode ?? 1, stdout, stderr: oneLine(stderr) };
  }

  /** @throws Error in kubectl's words */
  async ok(args: readonly string[], input = ''): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, input);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** What `kubectl get` finds; undefined where there is nothing. @throws Error */
  async get(args: readonly string[], input = ''): Promise<Json | undefined> {
    const text = await this.ok(['get', ...args, '--ignore-not-found', '-o', 'json'], input);
    return text.trim() === '' ? undefined : record(JSON.parse(text));
  }

  /** A server that cannot be asked for a moment is asked again. */
  async getPatiently(args: readonly string[]): Promise<Json | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.get(args);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await pause(BETWEEN_MS);
      }
    }
  }

  /** Goes on until the container ends or the connection does; answers what kubectl complained of. */
  follow(pod: string, container: string, onData: (data: Buffer) => void): LogStream {
    const process = this.#start({})`${this.#command} logs -f ${pod} -c ${container}`;
    process.stdout.on('data', onData);
    let over = false;
    const untilOver = async () => {
      const { stderr } = await process;
      over = true;
      return oneLine(stderr, 500);
    };
    const ended = untilOver();
    const stop = () => {
      if (!over) void process.kill('SIGTERM');
    };
    return { ended, stop };
  }

  /** Writes what a command in a container prints to an open file, byte by byte; answers why it failed, if it did. */
  async execInto(
    pod: string,
    container: string,
    command: readonly string[],
    file: number,
  ): Promise<string | undefined> {
    const shell = this.#start({ timeout: CALL_LIMIT, stdio: ['ignore', file, 'pipe'] });
    const process = shell`${this.#command} exec ${pod} -c ${container} -- ${command}`;
    const { exitCode, stderr } = await process;
    return exitCode === 0 ? undefined : oneLine(stderr) || `kubectl exec ended with ${exitCode}`;
  }

  /** In a group of its own: a ctrl-C in the terminal is for us, and must not end what cleans up. */
  #start(options: { input?: string; timeout?: `${number}s`; stdio?: ['ignore', number, 'pipe'] }) {
    return $({ nothrow: true, quiet: true, detached: true, ...options });
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
