// SPDX-License-Identifier: Apache-2.0
/** The environment of a checkup on this machine. Only this command sets the checkup's own variables in it, never the user's shell. */
import { ENVIRONMENT } from '../fixtures/input/keys.ts';
import { environmentName, PARAMETER_NAMES } from '../model/parameters.ts';
import { findMisspelledVariable } from '../fixtures/input/unknown-names.ts';

/** All variables that the checkup reads: its parameters, and those that name its ConfigMap, pod and namespace. */
const CHECKUP_VARIABLES = new Set<string>([
  ...PARAMETER_NAMES.map(environmentName),
  ...Object.values(ENVIRONMENT).flat(),
]);

/** Returns the inherited variables except those of the checkup and their misspellings, with `own` added. */
export function localEnvironment(inherited: NodeJS.ProcessEnv, own: Readonly<Record<string, string>>) {
  const others = Object.entries(inherited).filter(
    ([name]) => !CHECKUP_VARIABLES.has(name) && findMisspelledVariable(name) === undefined,
  );
  return { ...Object.fromEntries(others), ...own };
}
