// SPDX-License-Identifier: Apache-2.0
/**
 * Shows the log of a checkup on a terminal. The log has one line when a stage begins, one when it ends, and one for each wait. Here
 * the line of the running stage is redrawn every second with the elapsed time and the current wait, and is replaced by the line of its
 * end. Long lines are wrapped, and the outcome is coloured.
 */
import { StringDecoder } from 'node:string_decoder';
import { styleText } from 'node:util';
import { renderElapsed, renderSeconds } from '../../model/units.ts';
import { parseWaitLine, type ShownWait } from '../../model/wait-report.ts';
import type { Screen } from './screen.ts';
import { wrapLine } from './wrap.ts';

const DRAW_EVERY_MS = 1000;
const CLEAR_LINE = '\r\u001b[2K';
/** Width of a terminal that reports none, or 0. */
const DEFAULT_COLUMNS = 80;

export interface Output {
  readonly columns?: number;
  write(text: string): unknown;
}

interface Running {
  readonly stage: string;
  /** Times by the clock of `performance.now()`. */
  since: number;
  wait: { readonly text: string; readonly since: number } | undefined;
}

type Style = Parameters<typeof styleText>[0];

const STAGE_BEGINS = /^ {2}\.{3} {4}(\w+)$/;
const STAGE_ENDS = /^ {2}(?:ok {4}|FAILED) (\w+)/;
/** The coloured words of a line, and its text before them. */
const STYLES: readonly (readonly [RegExp, Style])[] = [
  [/^( {2})(ok)(?= {5}\w)/, 'green'],
  [/^( {2})(FAILED)(?= \w)/, 'red'],
  [/^(Verdict: )(SUCCEEDED)/, ['bold', 'green']],
  [/^(Verdict: )(FAILED)/, ['bold', 'red']],
  [/^(Verdict: )(INTERRUPTED)/, ['bold', 'yellow']],
  [/^( *)(warning)(?=: )/, 'yellow'],
];
/** A VM of the checkup: on one line it is shown by its role. */
const VM = /VMI '[^'/]{1,63}\/latency-check-(source|target)-[^'/]{1,20}'/g;

export class LiveView {
  readonly #output: Output;
  readonly #coloured: boolean;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The beginning of an incomplete line. */
  #begun = '';

  constructor(output: Output, coloured: boolean) {
    this.#output = output;
    this.#coloured = coloured;
  }

  /** Shows a part of the log. An incomplete line is shown when it is complete, or when the view is settled. */
  write(text: string): void {
    this.#begun += text;
    // The beginning of a long line in many parts is not searched again for each part.
    if (!text.includes('\n')) return;
    const lines = this.#begun.split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) this.#show(line);
  }

  /** Shows what the running stage waits for; undefined: nothing. */
  showWait(wait: ShownWait | undefined): void {
    if (this.#running === undefined) return;
    this.#running.wait = undefined;
    if (wait?.stage === this.#running.stage) {
      const now = performance.now();
      this.#running.since = now - wait.elapsedMs;
      this.#running.wait = { text: wait.waiting.replace(VM, '$1 VM'), since: now - wait.unchangedMs };
    }
    this.#draw();
  }

  /** Clears the line of the running stage, calls `write`, and draws the line again. */
  writeAround(write: () => void): void {
    this.#clear();
    write();
    this.#draw();
  }

  /** Ends the display of a stage: further output starts on an empty line. */
  settle(): void {
    this.#endStage();
    if (this.#begun !== '') this.#print(this.#begun);
    this.#begun = '';
  }

  #show(line: string): void {
    const [, begins] = STAGE_BEGINS.exec(line) ?? [];
    const wait = parseWaitLine(line);
    if (begins !== undefined) this.#beginStage(begins);
    else if (wait !== undefined && wait.stage === this.#running?.stage) this.showWait(wait);
    else {
      // After an interruption, teardown begins before the other stage ends.
      if (STAGE_ENDS.exec(line)?.[1] === this.#running?.stage) this.#endStage();
      this.writeAround(() => {
        this.#print(line);
      });
    }
  }

  #beginStage(stage: string): void {
    this.#endStage();
    this.#running = { stage, since: performance.now(), wait: undefined };
    this.#draw();
    this.#timer = setInterval(() => {
      this.#draw();
    }, DRAW_EVERY_MS).unref();
  }

  #endStage(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#running = undefined;
  }

  #print(line: string): void {
    const [first = '', ...rows] = wrapLine(line, this.#columns);
    const style = STYLES.find(([pattern]) => pattern.test(first));
    const begin = style === undefined ? first : this.#styled(first, ...style);
    this.#output.write(`${[begin, ...rows].join('\n')}\n`);
  }

  get #columns(): number {
    return this.#output.columns || DEFAULT_COLUMNS;
  }

  #styled(line: string, pattern: RegExp, style: Style): string {
    return line.replace(pattern, (_all, before: string, word: string) => before + this.#inStyle(style, word));
  }

  #inStyle(style: Style, text: string): string {
    return this.#coloured ? styleText(style, text, { validateStream: false }) : text;
  }

  #clear(): void {
    if (this.#running !== undefined) this.#output.write(CLEAR_LINE);
  }

  #draw(): void {
    if (this.#running === undefined) return;
    const { stage, since, wait } = this.#running;
    const now = performance.now();
    const begin = `  ...    ${stage.padEnd(13)} ${renderElapsed(now - since).padStart(7)}`;
    // A line of two rows could not be cleared.
    const room = this.#columns - 1;
    const end = wait === undefined ? '' : ` (${renderSeconds(now - wait.since)})`;
    const text = wait === undefined ? '' : `  ${cut(wait.text, room - begin.length - 2 - end.length)}`;
    this.#output.write(CLEAR_LINE + this.#inStyle('dim', cut(begin + text + end, room)));
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/**
 * Shows what this process prints to stdout as a live view, if stdout is a terminal that supports it. Returns undefined otherwise.
 * @param screen the capability, if stdout is a terminal.
 */
export function showLive(screen: Screen): LiveView | undefined {
  const { stdout, stderr } = process;
  if (!stdout.isTTY || screen === 'plain') return undefined;
  const write = stdout.write.bind(stdout);
  const output = {
    get columns() {
      return stdout.columns;
    },
    write: (text: string) => write(text),
  };
  const view = new LiveView(output, screen === 'coloured');
  const decoder = new StringDecoder('utf8');
  stdout.write = (chunk: string | Uint8Array, ...given: unknown[]): boolean => {
    view.write(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)));
    // The callback is called as soon as the output was taken.
    const done = given.at(-1);
    return typeof done === 'function' ? write('', done as () => void) : true;
  };
  if (stderr.isTTY) {
    const writeError = stderr.write.bind(stderr);
    stderr.write = (...given: unknown[]): boolean => {
      let taken = true;
      view.writeAround(() => {
        taken = Reflect.apply(writeError, stderr, given) as boolean;
      });
      return taken;
    };
  }
  process.on('exit', () => {
    view.settle();
  });
  return view;
}
