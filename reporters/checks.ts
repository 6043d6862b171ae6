// SPDX-License-Identifier: Apache-2.0
/** The check of each topology: its file in checks/. */
import type { Topology } from '../model/parameters.ts';
import { EXTENSION } from './extension.ts';

export const CHECKS: Readonly<Record<Topology, string>> = {
  pair: `vm-latency.check${EXTENSION}`,
  mesh: `vm-mesh.check${EXTENSION}`,
};
