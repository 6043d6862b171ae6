import type { GuestQuirks } from '../guests/quirks.ts';
import type { LabOptions } from '../interface.ts';
import { API_SCENARIOS } from './api-scenarios.ts';
import { CONSOLE_SCENARIOS } from './console-scenarios.ts';
import { DIAGNOSIS_SCENARIOS } from './diagnosis-scenarios.ts';
import { GUEST_SCENARIOS } from './guest-scenarios.ts';
import { NETWORK_SCENARIOS } from './network-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { VMI_SCENARIOS } from './vmi-scenarios.ts';

export type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...API_SCENARIOS,
  ...VMI_SCENARIOS,
  ...NETWORK_SCENARIOS,
  ...CONSOLE_SCENARIOS,
  ...GUEST_SCENARIOS,
];

/** Those, and what clusters and networks are found to lack: all that the lab knows by name. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS, ...DIAGNOSIS_SCENARIOS];

/** The options of several scenarios in one: lists are joined, quirks put together. */
export function optionsOf(scenarios: readonly Scenario[]): Partial<LabOptions> {
  return scenarios.reduce<Partial<LabOptions>>((sum, { options = {} }) => {
    const quirks: GuestQuirks = { ...sum.guestQuirks, ...options.guestQuirks };
    const impairment = { ...sum.impairment, ...options.impairment };
    return {
      ...sum,
      ...options,
      objects: [...(sum.objects ?? []), ...(options.objects ?? [])],
      unpullableImages: [...(sum.unpullableImages ?? []), ...(options.unpullableImages ?? [])],
      ...(Object.keys(quirks).length > 0 && { guestQuirks: quirks }),
      ...(Object.keys(impairment).length > 0 && { impairment }),
    };
  }, {});
}
