// SPDX-License-Identifier: Apache-2.0
/** Import boundaries are lint rules: each row of REFUSED is an import that `npm test` must refuse. */
import { expect, test } from '@playwright/test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const REFUSED: [file: string, imported: string][] = [
  ['checks/vm-latency.check.ts', '../fixtures/cluster/cluster.ts'],
  ['checks/vm-latency.check.ts', '../reporters/verdict.ts'],
  ['checks/vm-latency.check.ts', '@kubernetes/client-node'],
  ['checks/vm-latency.check.ts', '@playwright/test'],
  ['fixtures/vmi/vmi-pair.ts', '../../reporters/verdict.ts'],
  ['fixtures/vmi/vmi-pair.ts', '../../lab/lab.ts'],
  ['fixtures/vmi/vmi-pair.ts', '../../checks/vm-latency.check.ts'],
  ['fixtures/vmi/vmi-pair.ts', '@kubernetes/client-node'],
  ['fixtures/ping/ping.ts', '@playwright/test'],
  ['fixtures/wait.ts', '@kubernetes/client-node'],
  ['fixtures/wait.ts', '@playwright/test'],
  ['fixtures/cluster/cluster.ts', '@playwright/test'],
  ['fixtures/index.ts', '../reporters/verdict.ts'],
  ['fixtures/stage.ts', '../lab/lab.ts'],
  ['fixtures/stage.ts', '@kubernetes/client-node'],
  ['reporters/verdict.ts', '../fixtures/vmi/vmi-pair.ts'],
  ['reporters/verdict.ts', '../lab/lab.ts'],
  ['reporters/verdict.ts', '@kubernetes/client-node'],
  ['reporters/views/json.ts', '../../lab/lab.ts'],
  ['reporters/views/json.ts', '../../fixtures/vmi/vmi-pair.ts'],
  ['command/checkup.ts', '../lab/lab.ts'],
  ['command/checkup.ts', '../scripts/kubectl.ts'],
  ['image/entrypoint.ts', '../lab/lab.ts'],
  ['image/entrypoint.ts', '../reporters/verdict.ts'],
  ['model/units.ts', '../fixtures/wait.ts'],
  ['model/units.ts', 'yaml'],
  ['model/mesh/pair.ts', '../../fixtures/wait.ts'],
  ['model/mesh/pair.ts', 'yaml'],
  ['lab/lab.ts', '../model/units.ts'],
  ['lab/store/store.ts', '../../fixtures/wait.ts'],
  ['lab/lab.ts', '../image/entrypoint.ts'],
  ['lab/lab.ts', '../command/checkup.ts'],
  ['lab/lab.ts', '@kubernetes/client-node'],
  ['lab/lab.ts', '@playwright/test'],
  ['lab/lab.ts', '../scripts/kubectl.ts'],
  ['lab/lab.ts', './tests/contract/api.ts'],
  ['lab/tests/unit/scripted-line.ts', '../../../fixtures/ping/parse-ping.ts'],
  ['lab/tests/clients/kubectl.spec.ts', '../../../tests/support/lab-test.ts'],
  ['tests/support/cluster-facts.ts', '../../lab/store/json.ts'],
  ['tests/support/cluster-facts.ts', '../../lab/tests/contract/api.ts'],
  ['scripts/demo.ts', '../lab/nodes/kubelet.ts'],
];

const ALLOWED: [file: string, imported: string][] = [
  ['checks/vm-latency.check.ts', '../fixtures/index.ts'],
  ['checks/vm-latency.check.ts', '../model/limit.ts'],
  ['fixtures/vmi/vmi-pair.ts', '../../model/units.ts'],
  ['fixtures/cluster/cluster.ts', '@kubernetes/client-node'],
  ['fixtures/index.ts', '@playwright/test'],
  ['reporters/verdict.ts', '../fixtures/cluster/cluster.ts'],
  ['reporters/views/json.ts', '../../model/units.ts'],
  ['command/checkup.ts', '../fixtures/input/keys.ts'],
  ['model/events.ts', 'valibot'],
  ['model/mesh/pair.ts', '../latency.ts'],
  ['lab/tests/unit/scripted-line.ts', '@playwright/test'],
  ['lab/tests/clients/informer.spec.ts', '@kubernetes/client-node'],
  ['tests/support/cluster-facts.ts', '../../lab/lab.ts'],
  ['tests/support/cluster-facts.ts', '../../lab/network.ts'],
  ['tests/support/cluster-facts.ts', '../../lab/objects.ts'],
  ['tests/support/cluster-facts.ts', '../../lab/scenarios.ts'],
  ['scripts/lab.ts', '../lab/main.ts'],
];

const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function refusals(file: string, imported: string): Promise<number> {
  const [result] = await eslint.lintText(`import '${imported}';\n`, { filePath: file });
  return (result?.messages ?? []).filter(({ ruleId }) => ruleId === 'no-restricted-imports').length;
}

for (const [file, imported] of REFUSED) {
  test(`${file} must not import ${imported}`, async () => {
    expect(await refusals(file, imported)).toBe(1);
  });
}

for (const [file, imported] of ALLOWED) {
  test(`${file} may import ${imported}`, async () => {
    expect(await refusals(file, imported)).toBe(0);
  });
}
