// SPDX-License-Identifier: Apache-2.0
import type { GuestQuirks } from '../guests/quirks.ts';
import type { LabOptions } from '../cluster/interface.ts';
import { configMaps } from '../kinds/default-objects.ts';
import type { Impairment } from '../network/switch.ts';
import { objectAt } from '../store/json.ts';
import { API_SCENARIOS } from './api-scenarios.ts';
import { CONSOLE_SCENARIOS } from './console-scenarios.ts';
import { DIAGNOSIS_SCENARIOS } from './diagnosis-scenarios.ts';
import { MESH_SCENARIOS } from './mesh-scenarios.ts';
import { MIGRATION_SCENARIOS } from './migration-scenarios.ts';
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

/** All named faults, including misconfigured clusters and networks, faults of a part of a cluster and of migrations. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  ...SCENARIOS,
  ...DIAGNOSIS_SCENARIOS,
  ...MESH_SCENARIOS,
  ...MIGRATION_SCENARIOS,
];

/** Returns the parameters of several scenarios, merged. */
export function parametersOf(scenarios: readonly Scenario[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...scenarios.map(({ parameters }) => parameters)) as Record<string, string>;
}

/** Returns the options of several scenarios, merged: lists are concatenated, and parameters are set in the lab's ConfigMap. */
export function optionsOf(scenarios: readonly Scenario[]): Partial<LabOptions> {
  const options = joined(scenarios);
  const parameters = Object.entries(parametersOf(scenarios));
  if (parameters.length === 0) return options;
  const [config] = configMaps();
  const added = parameters.map(([name, value]) => [`spec.param.${name}`, value] as const);
  const data = { ...objectAt(config, 'data'), ...Object.fromEntries<string>(added) };
  return { ...options, objects: [...(options.objects ?? []), { ...config, data }] };
}

function joined(scenarios: readonly Scenario[]): Partial<LabOptions> {
  return scenarios.reduce<Partial<LabOptions>>((sum, { options = {} }) => {
    const quirks: GuestQuirks = { ...sum.guestQuirks, ...options.guestQuirks };
    const impairment = bothImpairments(sum.impairment, options.impairment);
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

function bothImpairments(one: Partial<Impairment> = {}, other: Partial<Impairment> = {}): Partial<Impairment> {
  const links = [...(one.links ?? []), ...(other.links ?? [])];
  const nodes = [...(one.nodes ?? []), ...(other.nodes ?? [])];
  const zones = [...(one.zones ?? []), ...(other.zones ?? [])];
  return {
    ...one,
    ...other,
    ...(links.length > 0 && { links }),
    ...(nodes.length > 0 && { nodes }),
    ...(zones.length > 0 && { zones }),
  };
}
