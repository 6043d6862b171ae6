import type { Scenario } from './scenario.ts';

const area = 'guest';

/** Faults of scripted guests. */
export const GUEST_SCENARIOS: readonly Scenario[] = [
  {
    name: 'login-torn',
    area,
    passes: true,
    options: { guestQuirks: { tornPrompt: true } },
    description: 'kernel messages print in the middle of the first login prompts',
  },
  {
    name: 'echo-wrapped',
    area,
    passes: true,
    options: { guestQuirks: { wrapAt: 80 } },
    description: 'what is typed is echoed with a wrap at column 80, until stty says otherwise',
  },
  {
    name: 'login-incorrect',
    area,
    passes: false,
    options: { guestQuirks: { loginIncorrect: true } },
    description: 'every login is incorrect',
  },
  {
    name: 'login-unnamed',
    area,
    passes: true,
    options: { guestQuirks: { hostname: '(none)' } },
    description: 'guests have no host name: "(none) login:"',
  },
  {
    name: 'console-flood',
    area,
    passes: true,
    options: { guestQuirks: { floodBytes: 4 * 2 ** 20 } },
    description: '4 MiB of kernel messages come over the console after login',
  },
  {
    name: 'console-controls',
    area,
    passes: true,
    options: { guestQuirks: { printed: '\u009d'.repeat(300_000) } },
    description: '300,000 control characters (U+009D) come over the console after login',
  },
  {
    name: 'clock-set',
    area,
    passes: false,
    options: { guestQuirks: { clockSetMs: 3_600_000 } },
    description: "a guest's clock is set an hour forward while ping runs",
  },
  {
    name: 'ping-hangs',
    area,
    passes: false,
    options: { guestQuirks: { hangingPing: true } },
    description: 'ping prints nothing and never ends',
  },
];
