// SPDX-License-Identifier: Apache-2.0
import type { Link } from './link.ts';
import type { KernelLog } from './kernel-log.ts';

/** The parts of a scripted guest that its programs use. */
export interface Machine {
  hostname: string;
  links: Link[];
  kernel: KernelLog;
}

/** Shows that this is not a kernel. */
export const KERNEL_RELEASE = '6.1.0-SIMULATED';
