/**
 * The one error class of the checkup. `name` is the code, so that it survives the way from the worker to the reporter,
 * where classes do not.
 */
export const ERROR_CODES = [
  'InputInvalid',
  'PrerequisiteMissing',
  'SetupFailed',
  'NoConnectivity',
  'LatencyExceeded',
  'MeasurementFailed',
  'TeardownFailed',
  'TimedOut',
  'Interrupted',
  'Internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export class CheckupError extends Error {
  readonly code: ErrorCode;
  /** Every finding on its own, where one error carries several (wrong inputs, missing prerequisites). */
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string | readonly string[], options: { cause?: unknown } = {}) {
    const details = typeof message === 'string' ? [message] : message;
    super(details.join(', '), options);
    this.name = code;
    this.code = code;
    this.details = details;
  }
}

/** Text of anything thrown; never a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Any thrown value as a CheckupError; what is not one already is `Internal`. */
export function asCheckupError(error: unknown): CheckupError {
  return error instanceof CheckupError ? error : new CheckupError('Internal', messageOf(error), { cause: error });
}
