/** What a checkup on this machine is told by its environment: by this command, not by what the user's shell happens to hold. */
import { ENVIRONMENT } from '../fixtures/input/keys.ts';
import { environmentName, PARAMETER_NAMES } from '../model/parameters.ts';
import { findMeantVariable } from '../fixtures/input/unknown-names.ts';

/** All that the checkup reads as a parameter, or as who and where it is. */
const ITS_OWN = new Set<string>([...PARAMETER_NAMES.map(environmentName), ...Object.values(ENVIRONMENT).flat()]);

export function localEnvironment(inherited: NodeJS.ProcessEnv, own: Readonly<Record<string, string>>) {
  const others = Object.entries(inherited).filter(
    ([name]) => !ITS_OWN.has(name) && findMeantVariable(name) === undefined,
  );
  return { ...Object.fromEntries(others), ...own };
}
