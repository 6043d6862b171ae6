// SPDX-License-Identifier: Apache-2.0
/** One value of a gauge in `metrics.prom`. */
export type Labels = Readonly<Record<string, string | undefined>>;

export interface GaugeSample {
  /** After `kubevirt_vm_latency_`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const NS_PER_S = 1e9;

/** Converts nanoseconds, rounded to whole ones. */
export function nsToSeconds(ns: number): number {
  return Math.round(ns) / NS_PER_S;
}
