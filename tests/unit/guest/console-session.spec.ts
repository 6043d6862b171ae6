/** A console that cannot be reached: tried again until the run's time is up, with what was last seen. */
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from '@playwright/test';
import { ConsoleSession } from '../../../fixtures/guest/console-session.ts';
import { CheckupError } from '../../../model/errors.ts';

test('a refused connection is tried again, and told at the end', async () => {
  const config = new KubeConfig();
  // Nobody listens on the discard port.
  config.loadFromClusterAndUser({ name: 'c', server: 'https://127.0.0.1:9', skipTLSVerify: true }, { name: 'u' });
  const connection = { config, namespace: 'ns', server: 'https://127.0.0.1:9' };
  const controller = new AbortController();
  const seen: string[] = [];
  const waiting = { signal: controller.signal, see: (what: string, text: string) => seen.push(`${what}: ${text}`) };
  const session = new ConsoleSession(connection, { namespace: 'ns', name: 'vm' }, waiting);
  setTimeout(() => {
    controller.abort(new CheckupError('TimedOut', 'time is up'));
  }, 1500);
  await expect(session.connect()).rejects.toMatchObject({
    code: 'TimedOut',
    message: expect.stringMatching(
      /^failed to wait for the console of VMI 'ns\/vm': connect to console: .*ECONNREFUSED/,
    ),
  });
  expect(seen.length).toBeGreaterThan(1);
});
