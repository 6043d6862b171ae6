// SPDX-License-Identifier: Apache-2.0
/** An unreachable console is retried until the deadline; the error has the last state. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Connection } from '../../../fixtures/cluster/connection.ts';
import { ConsoleSession } from '../../../fixtures/guest/console-session.ts';
import { CheckupError } from '../../../model/errors.ts';

// No process listens on the discard port.
const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  users: [{ name: 'u', user: { token: 't' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9', 'insecure-skip-tls-verify': true } }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
};

test('retries a refused connection, and reports the refusal at the end', async ({}, testInfo) => {
  const kubeconfig = testInfo.outputPath('kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(KUBECONFIG));
  process.env['KUBECONFIG'] = kubeconfig;
  const controller = new AbortController();
  const seen: string[] = [];
  const session = new ConsoleSession({
    connection: new Connection(),
    vmi: { namespace: 'ns', name: 'vm' },
    waiting: { signal: controller.signal, report: (what, text) => seen.push(`${what}: ${text ?? 'over'}`) },
    transcriptCharacters: 1000,
    log: () => undefined,
    check: () => Promise.resolve(),
    read: () => Promise.resolve(true),
  });
  setTimeout(() => {
    controller.abort(new CheckupError('TimedOut', 'time is up'));
  }, 1500);
  await expect(session.connect('SetupFailed')).rejects.toMatchObject({
    code: 'TimedOut',
    message: expect.stringMatching(
      /^failed to wait for the console of VMI 'ns\/vm': connect to console: .*ECONNREFUSED/,
    ),
  });
  expect(seen.length).toBeGreaterThan(1);
});
