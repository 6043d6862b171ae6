// SPDX-License-Identifier: Apache-2.0
/** Faults of scripted guests. */
export interface GuestQuirks {
  /** Kernel messages print in the middle of the first few login prompts. */
  tornPrompt?: boolean;
  /** The column at which the shell wraps its echo, until `stty cols` sets another one. */
  wrapAt?: number;
  /** Every login fails. */
  loginIncorrect?: boolean;
  /** The host name, in place of the one from cloud-init. */
  hostname?: string;
  /** Bytes of kernel messages that are printed on the console after the first login. */
  floodBytes?: number;
  /** Text that is printed once, after the first login. */
  printed?: string;
  /** A ping prints nothing and never ends. */
  hangingPing?: boolean;
  /** The clock of a guest is set forward by so many milliseconds before the third reply to each ping. */
  clockSetMs?: number;
  /** Each reply to a ping is sent twice. */
  repliesTwice?: boolean;
  /** No NIC has a carrier. */
  noCarrier?: boolean;
}
