// SPDX-License-Identifier: Apache-2.0
import { CheckupError } from '../../../model/errors.ts';

/** Returns the input errors of a call; empty if it succeeds. @throws any other error. */
export function complaints(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof CheckupError && error.code === 'InputInvalid') return error.details;
    throw error;
  }
}
