// SPDX-License-Identifier: Apache-2.0
/** All hostile inputs, for the tests of the parsers and of the command line. */
import { ADDRESSING } from './addressing.ts';
import { ENVIRONMENT_INPUTS } from './environment.ts';
import { HISTORY_INPUTS } from './history.ts';
import type { HostileInput } from './hostile-input.ts';
import { MESH_INPUTS } from './mesh.ts';
import { NAD_CONFIGS } from './nad-configs.ts';
import { NAMES } from './names.ts';
import { SAMPLING } from './sampling.ts';
import { SOURCE_ADDRESSES } from './source-addresses.ts';
import { TARGET_ADDRESSES } from './target-addresses.ts';
import { VALUES } from './values.ts';

export const HOSTILE_INPUTS: readonly HostileInput[] = [
  ...NAMES,
  ...VALUES,
  ...SAMPLING,
  ...MESH_INPUTS,
  ...HISTORY_INPUTS,
  ...ADDRESSING,
  ...SOURCE_ADDRESSES,
  ...TARGET_ADDRESSES,
  ...ENVIRONMENT_INPUTS,
  ...NAD_CONFIGS,
];
