/** The environment of a checkup on this machine: this command sets it, independent of the variables in the user's shell. */
import { ENVIRONMENT } from '../fixtures/input/keys.ts';
import { environmentName, PARAMETER_NAMES } from '../model/parameters.ts';
import { findMeantVariable } from '../fixtures/input/unknown-names.ts';

/** The variables that the checkup reads as a parameter, or as its pod and ConfigMap. */
const CHECKUP_VARIABLES = new Set<string>([
  ...PARAMETER_NAMES.map(environmentName),
  ...Object.values(ENVIRONMENT).flat(),
]);

export function localEnvironment(inherited: NodeJS.ProcessEnv, own: Readonly<Record<string, string>>) {
  const others = Object.entries(inherited).filter(
    ([name]) => !CHECKUP_VARIABLES.has(name) && findMeantVariable(name) === undefined,
  );
  return { ...Object.fromEntries(others), ...own };
}
