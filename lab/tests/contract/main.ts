// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run test:contract`: the cases the lab is held to, against the cluster that KUBECONFIG names. Everything is created in
 * namespaces of this run, which are gone when it ends.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { $ } from 'zx';
import { Api, readKubeconfig } from './api.ts';
import { removeNamespaces } from './run-namespaces.ts';

if (!process.env['KUBECONFIG']) {
  console.error('KUBECONFIG must name the kubeconfig of a cluster whose user may create namespaces.');
  process.exit(2);
}
const [kubeconfig = ''] = process.env['KUBECONFIG'].split(path.delimiter);
const api = await connect(kubeconfig);
const run = randomBytes(4).toString('hex');
// The tests receive the signal as well; the namespaces are removed afterwards.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
const env = { ...process.env, CONTRACT_CLUSTER: 'kubeconfig', CONTRACT_RUN: run };
const shell = $({ preferLocal: true, nothrow: true, stdio: 'inherit', env });
const { exitCode } =
  await shell`playwright test -c tests/playwright.config.ts --project=contract --output=artifacts/contract ${process.argv.slice(2)}`;
process.exitCode = exitCode ?? 1;

const left = await removeNamespaces(api, run).catch((error: unknown) => {
  console.error(
    `The namespaces of this run cannot be listed: ${error instanceof Error ? error.message : String(error)}`,
  );
  return [`-l kubevirt-vm-latency-contract=${run}`];
});
api.close();
if (left.length > 0) {
  console.error(`Left in the cluster; remove with: kubectl delete namespace ${left.join(' ')}`);
  process.exitCode = 1;
}

async function connect(file: string): Promise<Api> {
  try {
    const client = new Api(await readKubeconfig(file));
    const { status, body } = await client.call({ path: '/version' });
    if (status !== 200) throw new Error(`GET /version: ${status} ${JSON.stringify(body)}`);
    return client;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.error(`No cluster to test by KUBECONFIG=${file}: ${problem}`);
    process.exit(2);
  }
}
