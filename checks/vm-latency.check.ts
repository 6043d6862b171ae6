// SPDX-License-Identifier: Apache-2.0
import { test } from '../fixtures/index.ts';
import { requireUsual } from '../model/history/require-usual.ts';
import { requireMigrationWithin } from '../model/require-migration-within.ts';
import { requireWithin } from '../model/limit.ts';

test('two VMs on the network reach each other within the allowed latency', async ({ stage, checkup, networks }) => {
  const all = await stage('input', () => checkup.input());
  await networks.each(all, async ({ stage, prerequisites, vmiPair, ping, migration, record, history }, input) => {
    const network = await stage('prerequisites', () => prerequisites.verify(input));
    const vms = await stage('setup', () => vmiPair.start(network, input));
    const paths = await stage('connectivity', () => ping.reach(vms, input));
    await stage('latency', async () => {
      const measured = await ping.measure(paths, input, record); // report first …
      const trend = await history.comparePair(measured);
      requireWithin(measured, input, input.ipFamilies); // … judge second
      requireUsual(trend, input.trend);
    });
    if (input.liveMigration) {
      await stage('migration', async () => {
        const migrated = await migration.measure(paths, input); // report first …
        const trend = await history.compareMigration(migrated);
        requireMigrationWithin(migrated, input); // … judge second
        requireUsual(trend, input.trend);
      });
    }
  }); // removes both VMs as the 'teardown' stage, on its own clock, whatever happened above
});
