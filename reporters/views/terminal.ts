/**
 * Prints progress to stdout: one line when a stage begins and one when it ends. On a terminal the first line is redrawn every second
 * with the elapsed time and the current wait, and is replaced by the second one.
 */
import { styleText } from 'node:util';
import type { Stage } from '../../model/stages.ts';
import { renderElapsed } from '../../model/units.ts';
import { decodeWait, renderWait } from '../../model/wait-report.ts';
import { renderStage } from '../progress.ts';

const DRAW_EVERY_MS = 1000;
const CLEAR_LINE = '\r\u001b[2K';
/** Width of a terminal that reports none, or 0. */
const DEFAULT_COLUMNS = 80;

/** Plain: the terminal does not support control sequences. Uncoloured: the user disabled colours. */
export type Screen = 'plain' | 'uncoloured' | 'coloured';

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface Running {
  readonly stage: Stage;
  readonly since: number;
  waiting: string;
}

export class Terminal {
  readonly #output: Output;
  /** Whether the progress line is redrawn in place. */
  readonly #live: boolean;
  readonly #coloured: boolean;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The beginning of an incomplete line. */
  #begun = '';

  /** @param screen the capability, if the output is a terminal. */
  constructor(output: Output, screen: Screen) {
    this.#output = output;
    this.#live = output.isTTY === true && screen !== 'plain';
    this.#coloured = this.#live && screen === 'coloured';
  }

  stageBegins(stage: Stage): void {
    if (!this.#live) {
      this.line(`  ...    ${stage}`);
      return;
    }
    this.#clear();
    this.#running = { stage, since: performance.now(), waiting: '' };
    this.#draw();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#draw();
    }, DRAW_EVERY_MS).unref();
  }

  stageEnds(stage: Stage, passed: boolean, ms: number): void {
    this.settle();
    const line = renderStage(stage, passed, ms);
    const colour = passed ? 'green' : 'red';
    this.line(
      line.replace(/^( +)(ok|FAILED)/, (_all, indent: string, word: string) => indent + this.#styled(colour, word)),
    );
  }

  line(text: string): void {
    this.writeAround(() => this.#output.write(`${text}\n`));
  }

  /** Clears the progress line, calls `write`, and draws the line again. */
  writeAround(write: () => void): void {
    this.#clear();
    write();
    this.#draw();
  }

  /** Shows what the worker prints, line by line. */
  writeChunk(chunk: string): void {
    this.#begun += chunk;
    // The beginning of a long line in many chunks is not searched again for each chunk.
    if (!chunk.includes('\n')) return;
    const lines = this.#begun.split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) {
      const wait = decodeWait(line);
      if (wait === undefined) this.line(line);
      else if (this.#running === undefined) this.line(renderWait(wait));
      else this.#running.waiting = wait.what;
    }
  }

  /** Ends the progress display: further output starts on an empty line. */
  settle(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#running = undefined;
    if (this.#begun !== '') this.#output.write(`${this.#begun}\n`);
    this.#begun = '';
  }

  #clear(): void {
    if (this.#running !== undefined) this.#output.write(CLEAR_LINE);
  }

  #draw(): void {
    if (this.#running === undefined) return;
    const { stage, since, waiting } = this.#running;
    const elapsed = renderElapsed(performance.now() - since).padStart(7);
    const line = `  ...    ${stage.padEnd(13)} ${elapsed}${waiting === '' ? '' : `  waiting for ${waiting}`}`;
    // A wrapped line could not be cleared.
    const room = (this.#output.columns || DEFAULT_COLUMNS) - 1;
    const cut = line.length > room ? `${line.slice(0, Math.max(0, room - 1))}…` : line;
    this.#output.write(CLEAR_LINE + this.#styled('dim', cut));
  }

  #styled(format: 'green' | 'red' | 'dim', text: string): string {
    return this.#coloured ? styleText(format, text, { validateStream: false }) : text;
  }
}
