/** `npm run test:contract`: the cases the lab is held to, against the cluster that KUBECONFIG names. */
import { $ } from 'zx';

if (!process.env['KUBECONFIG']) {
  console.error('KUBECONFIG must name the kubeconfig of a cluster whose user may create namespaces.');
  process.exit(2);
}
const env = { ...process.env, CONTRACT_CLUSTER: 'kubeconfig' };
const shell = $({ preferLocal: true, nothrow: true, stdio: 'inherit', env });
const { exitCode } =
  await shell`playwright test -c tests/playwright.config.ts --project=contract --output=artifacts/contract ${process.argv.slice(2)}`;
process.exitCode = exitCode ?? 1;
