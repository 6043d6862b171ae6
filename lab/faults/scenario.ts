import type { Lab, LabOptions } from '../cluster/interface.ts';

/** A fault of the cluster by name: `options` go into `startLab`, `begin` arms it right after. */
export interface Scenario {
  name: string;
  description: string;
  area: 'api' | 'watch' | 'vmi' | 'network' | 'console' | 'guest';
  /** Whether a good checkup rides it out. */
  passes: boolean;
  options?: Partial<LabOptions>;
  /** Parameters without which a checkup does not notice the fault. The lab's own ConfigMap gets them; any other has to. */
  parameters?: Readonly<Record<string, string>>;
  begin?: (lab: Lab) => void;
}
