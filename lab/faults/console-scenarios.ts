// SPDX-License-Identifier: Apache-2.0
import type { Scenario } from './scenario.ts';

/** Faults of the serial consoles. */
export const CONSOLE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'console-drops',
    description: 'each console connection ends after 3 s',
    area: 'console',
    tolerated: true,
    begin: (lab) => {
      lab.disturbConsoles({ dropEveryMs: 3000 });
    },
  },
  {
    name: 'console-takeover',
    description: 'another client takes each console for 2 s and types half a line',
    area: 'console',
    tolerated: true,
    begin: (lab) => {
      lab.disturbConsoles({ takeOver: { afterMs: 300, forMs: 2000, typing: 'ls -l /va' } });
    },
  },
  {
    name: 'console-one-byte',
    description: 'every console frame has one byte',
    area: 'console',
    tolerated: true,
    begin: (lab) => {
      lab.disturbConsoles({ oneByteFrames: true });
    },
  },
  {
    name: 'console-silent',
    description: 'no console has output',
    area: 'console',
    tolerated: false,
    begin: (lab) => {
      lab.disturbConsoles({ silentMs: Infinity });
    },
  },
];
