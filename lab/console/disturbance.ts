// SPDX-License-Identifier: Apache-2.0
/** Disturbances of serial consoles. Times are in milliseconds. */
export interface ConsoleDisturbance {
  /** The connection ends without a close frame this long after each attach. */
  dropEveryMs?: number;
  /** Every frame from the guest has one byte. */
  oneByteFrames?: boolean;
  /** For this long from now, the output of guests is lost. May be Infinity. */
  silentMs?: number;
  /** Another client takes the line, once per VMI: when, counted from the first attach, for how long, and what it types. */
  takeOver?: { afterMs: number; forMs: number; typing?: string };
}
