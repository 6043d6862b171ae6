/**
 * The one error class of the checkup. `name` is the code, so that it survives the way from the worker to the reporter,
 * where classes do not. Messages, and those of causes, are one clean line each: the runner puts them into reports.
 */
import type { Clue } from './clues.ts';
import { oneLine } from './text.ts';

export const ERROR_CODES = [
  'InputInvalid',
  'PrerequisiteMissing',
  'SetupFailed',
  'NoConnectivity',
  'PacketLossExceeded',
  'LatencyExceeded',
  'MeasurementFailed',
  'TeardownFailed',
  'TimedOut',
  'Interrupted',
  'Internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Characters kept of the message of an error that is none of ours, and how many causes, and lines of its stack. */
const LIMITS = { message: 1000, causes: 5, stack: 20 };

/** A server's address may hold a password, and a header that cannot be sent is quoted with its token. */
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

/** Its message is one clean line without secrets, and so are those of its causes. */
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

export class CheckupError extends CleanError {
  readonly code: ErrorCode;
  /** Every finding on its own, where one error carries several (wrong inputs, missing prerequisites). */
  readonly details: readonly string[];
  /** What it is diagnosed from. */
  readonly clues: readonly Clue[];

  constructor(code: ErrorCode, message: string | readonly string[], { cause, clues = [] }: CheckupErrorOptions = {}) {
    const details = (typeof message === 'string' ? [message] : message).map((detail) => clean(detail));
    super(details.join(', '), cause);
    this.name = code;
    this.code = code;
    this.details = details;
    this.clues = clues;
  }

  /** The same failure, with what else is known of it. */
  with(clue: Clue): CheckupError {
    return new CheckupError(this.code, this.details, { cause: this.cause, clues: [...this.clues, clue] });
  }
}

/** A copy of any thrown value that is fit for a report: the runner prints causes with their stacks. */
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

/** Text of anything thrown; never a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Any thrown value as a CheckupError; what is not one already is `Internal`. */
export function asCheckupError(error: unknown): CheckupError {
  return error instanceof CheckupError ? error : new CheckupError('Internal', messageOf(error), { cause: error });
}
