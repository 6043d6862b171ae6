import { test } from '../fixtures/index.ts';
import { requireWithin } from '../model/limit.ts';

test('two VMs on the network reach each other within the allowed latency', async ({
  stage,
  checkup,
  prerequisites,
  vmiPair,
  ping,
}) => {
  const input = await stage('input', () => checkup.input());
  const network = await stage('prerequisites', () => prerequisites.verify(input));
  const vms = await stage('setup', () => vmiPair.start(network, input));
  const paths = await stage('connectivity', () => ping.reach(vms, input));
  await stage('latency', async () => {
    const measured = await ping.measure(paths, input, checkup.record); // report first …
    requireWithin(measured, input, input.ipFamilies); // … judge second
  });
}); // vmiPair removes both VMs as the 'teardown' stage, on its own clock, whatever happened above
