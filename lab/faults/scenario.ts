// SPDX-License-Identifier: Apache-2.0
import type { Lab, LabOptions } from '../cluster/interface.ts';

/** A named fault: `options` are options of `startLab`, `begin` runs directly after the start. */
export interface Scenario {
  name: string;
  description: string;
  area: 'api' | 'watch' | 'vmi' | 'network' | 'console' | 'guest';
  /** Whether a checkup is expected to succeed in spite of the fault. */
  tolerated: boolean;
  options?: Partial<LabOptions>;
  /** Parameters without which a checkup does not detect the fault. They are set in the lab's own ConfigMap. */
  parameters?: Readonly<Record<string, string>>;
  begin?: (lab: Lab) => void;
}
