/** `npm run test:contract`: the cases the lab is held to, against the cluster that KUBECONFIG names. */
import path from 'node:path';
import { $ } from 'zx';
import { Api, readKubeconfig } from '../tests/lab-contract/api.ts';

if (!process.env['KUBECONFIG']) {
  console.error('KUBECONFIG must name the kubeconfig of a cluster whose user may create namespaces.');
  process.exit(2);
}
const [kubeconfig = ''] = process.env['KUBECONFIG'].split(path.delimiter);
try {
  const api = new Api(await readKubeconfig(kubeconfig));
  const { status, body } = await api.call({ path: '/version' });
  if (status !== 200) throw new Error(`GET /version: ${status} ${JSON.stringify(body)}`);
  api.close();
} catch (error) {
  console.error(
    `No cluster to test by KUBECONFIG=${kubeconfig}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(2);
}
const env = { ...process.env, CONTRACT_CLUSTER: 'kubeconfig' };
const shell = $({ preferLocal: true, nothrow: true, stdio: 'inherit', env });
const { exitCode } =
  await shell`playwright test -c tests/playwright.config.ts --project=contract --output=artifacts/contract ${process.argv.slice(2)}`;
process.exitCode = exitCode ?? 1;
