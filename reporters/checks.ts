/** The check of each topology: its file in checks/. */
import type { Topology } from '../model/parameters.ts';

export const CHECKS: Readonly<Record<Topology, string>> = { pair: 'vm-latency.check.ts', mesh: 'vm-mesh.check.ts' };
