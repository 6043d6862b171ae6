import type { Link } from './link.ts';
import type { KernelLog } from './kernel-log.ts';

/** What a scripted guest is made of, as its programs see it. */
export interface Machine {
  hostname: string;
  links: Link[];
  kernel: KernelLog;
}

/** No kernel: it says so. */
export const KERNEL_RELEASE = '6.1.0-SIMULATED';
