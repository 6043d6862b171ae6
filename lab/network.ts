// SPDX-License-Identifier: Apache-2.0
/** Entry module: what the lab's networks record, its summary, and how they are impaired. */
export { summarizeEchoes } from './network/echo-summary.ts';
export type { Crossing, EchoExchange, Fate } from './network/echo-ledger.ts';
export type { Impairment, NetworkReport } from './network/switch.ts';
