// SPDX-License-Identifier: Apache-2.0
/** How the user starts the commands, for messages. */
import { EXTENSION } from '../reporters/extension.ts';

const isPackage = EXTENSION === '.js';

export const CHECKUP = isPackage ? 'kubevirt-vm-latency' : 'npm run checkup --';
export const REPORT = isPackage ? 'kubevirt-vm-latency report' : 'npm run report --';
