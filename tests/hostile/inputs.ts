/** All of them, for the tests of the parsers and of the command line. */
import { ENVIRONMENT_INPUTS } from './environment.ts';
import type { HostileInput } from './hostile-input.ts';
import { NAD_CONFIGS } from './nad-configs.ts';
import { NAMES } from './names.ts';
import { VALUES } from './values.ts';

export const HOSTILE_INPUTS: readonly HostileInput[] = [...NAMES, ...VALUES, ...ENVIRONMENT_INPUTS, ...NAD_CONFIGS];
