import type { Scenario } from './scenario.ts';

/** Faults of the serial consoles. */
export const CONSOLE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'console-drops',
    description: 'each console connection ends after 3 s',
    area: 'console',
    passes: true,
    begin: (lab) => {
      lab.disturbConsoles({ dropEveryMs: 3000 });
    },
  },
  {
    name: 'console-takeover',
    description: 'another client takes each console for 2 s and leaves half a line there',
    area: 'console',
    passes: true,
    begin: (lab) => {
      lab.disturbConsoles({ takeOver: { afterMs: 300, forMs: 2000, typing: 'ls -l /va' } });
    },
  },
  {
    name: 'console-one-byte',
    description: 'every console frame has one byte',
    area: 'console',
    passes: true,
    begin: (lab) => {
      lab.disturbConsoles({ oneByteFrames: true });
    },
  },
  {
    name: 'console-silent',
    description: 'nothing comes over any console',
    area: 'console',
    passes: false,
    begin: (lab) => {
      lab.disturbConsoles({ silentMs: Infinity });
    },
  },
];
