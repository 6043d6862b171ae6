// SPDX-License-Identifier: Apache-2.0
/** Plain: the terminal does not support control sequences. Uncoloured: the user disabled colours. */
export type Screen = 'plain' | 'uncoloured' | 'coloured';

/** Returns what a terminal supports. */
export function screenOf(environment: NodeJS.ProcessEnv): Screen {
  if (environment['TERM'] === 'dumb') return 'plain';
  return environment['NO_COLOR'] ? 'uncoloured' : 'coloured';
}
