import { CheckupError } from '../../../model/errors.ts';

/** The complaints, none where the call succeeds; whatever else is thrown goes on. */
export function complaints(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof CheckupError && error.code === 'InputInvalid') return error.details;
    throw error;
  }
}
