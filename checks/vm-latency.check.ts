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
  const { source, target } = await stage('setup', () => vmiPair.start(network, input));
  await stage('connectivity', () => ping.reach(source, target));
  await stage('latency', async () => {
    const sample = await ping.sample(source, target, input.sampleDurationMs);
    await checkup.record(sample); // report first …
    requireWithin(sample, input.limits.maxLatencyNs); // … judge second
  });
}); // vmiPair removes both VMs as the 'teardown' stage, on its own clock, whatever happened above
