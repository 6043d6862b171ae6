// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup -- --local` ignores checkup variables of the user's shell. */
import { expect, test } from '@playwright/test';
import { ENVIRONMENT } from '../../../fixtures/input/keys.ts';
import { environmentName, PARAMETER_NAMES } from '../../../model/parameters.ts';
import { localEnvironment } from '../../../command/local-environment.ts';

test('only the command’s own options count', () => {
  const names = [...PARAMETER_NAMES.map(environmentName), ...Object.values(ENVIRONMENT).flat()];
  const shell = { ...Object.fromEntries(names.map((name) => [name, 'stray'])), PATH: '/bin', KUBECONFIG: '/theirs' };
  const own = { KUBECONFIG: '/pinned', CONFIGMAP_NAME: 'ours' };
  expect(names).toEqual(expect.arrayContaining(['SOURCE_NODE', 'RESULT_CONFIGMAP_NAME', 'POD_UID', 'HOSTNAME']));
  expect(localEnvironment(shell, own)).toEqual({ PATH: '/bin', ...own });
});
