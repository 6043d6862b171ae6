// SPDX-License-Identifier: Apache-2.0
import type { Scenario } from './scenario.ts';

const area = 'guest';

/** Faults of scripted guests. */
export const GUEST_SCENARIOS: readonly Scenario[] = [
  {
    name: 'login-torn',
    area,
    tolerated: true,
    options: { guestQuirks: { tornPrompt: true } },
    description: 'kernel messages print in the middle of the first login prompts',
  },
  {
    name: 'echo-wrapped',
    area,
    tolerated: true,
    options: { guestQuirks: { wrapAt: 80 } },
    description: 'typed characters are echoed with a wrap at column 80 until stty changes it',
  },
  {
    name: 'login-incorrect',
    area,
    tolerated: false,
    options: { guestQuirks: { loginIncorrect: true } },
    description: 'every login is incorrect',
  },
  {
    name: 'login-unnamed',
    area,
    tolerated: true,
    options: { guestQuirks: { hostname: '(none)' } },
    description: 'guests have no host name: "(none) login:"',
  },
  {
    name: 'console-flood',
    area,
    tolerated: true,
    options: { guestQuirks: { floodBytes: 4 * 2 ** 20 } },
    description: '4 MiB of kernel messages come over the console after login',
  },
  {
    name: 'console-controls',
    area,
    tolerated: true,
    options: { guestQuirks: { printed: '\u009d'.repeat(300_000) } },
    description: '300,000 control characters (U+009D) come over the console after login',
  },
  {
    name: 'clock-set',
    area,
    tolerated: false,
    options: { guestQuirks: { clockSetMs: 3_600_000 } },
    description: "a guest's clock is set an hour forward while ping runs",
  },
  {
    name: 'ping-hangs',
    area,
    tolerated: false,
    options: { guestQuirks: { hangingPing: true } },
    description: 'ping prints nothing and never ends',
  },
];
