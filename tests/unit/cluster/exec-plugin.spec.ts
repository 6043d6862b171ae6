// SPDX-License-Identifier: Apache-2.0
/** The output of a failed credential plugin is shown without credentials. */
import { expect, test } from '@playwright/test';
import { ExecPlugin } from '../../../fixtures/cluster/exec-plugin.ts';

for (const printed of [
  'token: hunter2',
  '{"access_token":"x","password":"hunter2"}',
  '--client-secret=hunter2 refused',
  'Authorization: hunter2',
  'Authorization: Bearer hunter2',
  'got eyJhunter2.eyJhunter2.hunter2',
  `${'x'.repeat(480)} token=${'hunter2'.repeat(20)}`,
]) {
  test(`shows why a plugin failed, without credentials: ${printed.slice(0, 40)}`, async () => {
    const plugin = new ExecPlugin(
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'sh',
        args: ['-c', 'printf "%s" "$0" >&2; exit 3', printed],
        interactiveMode: 'Never',
      },
      {},
    );
    const error: unknown = await plugin.credential().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('credential plugin "sh": it ended with exit status 3: ');
    expect(String(error)).not.toContain('hunter2');
  });
}
