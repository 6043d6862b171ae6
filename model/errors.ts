// SPDX-License-Identifier: Apache-2.0
/**
 * The only error class of the checkup. `name` is the code, because classes are lost between the worker and the reporter. Messages, and
 * those of causes, are one line each without control characters: Playwright copies them to reports.
 */
import type { Clue } from './clues.ts';
import { cleanFinding, renderFinding, type Finding } from './finding.ts';
import { oneLine } from './text.ts';

export const ERROR_CODES = [
  'InputInvalid',
  'PrerequisiteMissing',
  'SetupFailed',
  'NoConnectivity',
  'PacketLossExceeded',
  'LatencyExceeded',
  'LatencyRegressed',
  'PairsFailed',
  'MeshIncomplete',
  'MigrationGapExceeded',
  'MigrationFailed',
  'MeasurementFailed',
  'TeardownFailed',
  'TimedOut',
  'Interrupted',
  'Internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Limits for errors of other classes: characters of the message, number of causes, and lines of the stack. */
const LIMITS = { message: 1000, causes: 5, stack: 20 };

/** The URL of a server may contain a password, and Node quotes an invalid header with its token. */
const SECRETS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\/\/[^/?#\s]*@/g, '//…@'],
  [/"(Bearer|Basic) [\s\S]*"/g, '"$1 …"'],
  [/\bBearer [^\s"]+/g, 'Bearer …'],
];

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

function clean(text: string, limit = Infinity): string {
  return oneLine(withoutSecrets(text), limit);
}

/** An error whose message, and those of its causes, are one line each without control characters and secrets. */
export class CleanError extends Error {
  constructor(message: string, cause?: unknown, depth = LIMITS.causes) {
    const kept = depth > 0 && cause !== undefined ? { cause: cleanError(cause, depth - 1) } : {};
    super(clean(message), kept);
  }
}

export interface CheckupErrorOptions {
  readonly cause?: unknown;
  readonly clues?: readonly Clue[];
}

type Message = string | Finding;

export class CheckupError extends CleanError {
  readonly code: ErrorCode;
  /** One error can have several findings (wrong inputs, missing prerequisites). */
  readonly findings: readonly Finding[];
  /** The facts for the diagnosis. */
  readonly clues: readonly Clue[];

  constructor(code: ErrorCode, message: Message | readonly Message[], { cause, clues = [] }: CheckupErrorOptions = {}) {
    const findings = [message].flat().map((one: Message) => {
      return cleanFinding(typeof one === 'string' ? { what: one } : one, clean);
    });
    super(findings.map(renderFinding).join(', '), cause);
    this.name = code;
    this.code = code;
    this.findings = findings;
    this.clues = clues;
  }

  /** Each finding as one line. */
  get details(): readonly string[] {
    return this.findings.map(renderFinding);
  }

  /** Returns the same failure with additional facts. */
  with(clue: Clue): CheckupError {
    return new CheckupError(this.code, this.findings, { cause: this.cause, clues: [...this.clues, clue] });
  }
}

/** Returns a copy of any thrown value for reports: Playwright prints causes with their stacks. */
function cleanError(thrown: unknown, depth: number): CleanError {
  if (thrown instanceof CleanError) return thrown;
  const { name, stack = '', cause } = thrown instanceof Error ? thrown : { name: 'Error', cause: undefined };
  const error = new CleanError(clean(messageOf(thrown), LIMITS.message), cause, depth);
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  error.name = oneLine(name, 100);
  error.stack = [
    `${error.name}: ${error.message}`,
    ...frames.slice(0, LIMITS.stack).map((frame) => `    ${oneLine(frame)}`),
  ].join('\n');
  return error;
}

/** Returns the message of any thrown value, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns any thrown value as a CheckupError; the code of other errors is `Internal`. */
export function asCheckupError(error: unknown): CheckupError {
  return error instanceof CheckupError ? error : new CheckupError('Internal', messageOf(error), { cause: error });
}
