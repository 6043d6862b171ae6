// SPDX-License-Identifier: Apache-2.0
/**
 * The real command line against the lab, for self-tests that assert external effects only: exit status, last line, ConfigMap,
 * leaked VMIs, artifacts, requests.
 */
import { test as base } from '@playwright/test';
import { startLab, type Lab, type LabOptions } from '../../lab/lab.ts';
import { CHECKUP_IMAGE } from '../../scripts/local-image.ts';
import { startCheckup, type Checkup, type CheckupOptions } from './checkup-process.ts';

interface Tools {
  /** Starts a lab, by default with SIMULATED guests; it is stopped after the test. */
  newLab: (options?: Partial<LabOptions>) => Promise<Lab>;
  /** Starts a checkup against a lab; it is killed after the test if it still runs. */
  checkup: (lab: Lab, options?: CheckupOptions) => Checkup;
}

export const test = base.extend<Tools>({
  newLab: async ({}, use, testInfo) => {
    const labs: Lab[] = [];
    await use(async (options) => {
      const directory = testInfo.outputPath(`lab-${labs.length}`);
      const lab = await startLab({ guests: 'scripted', directory, images: [CHECKUP_IMAGE], ...options });
      labs.push(lab);
      return lab;
    });
    for (const lab of labs) await lab.stop();
  },

  checkup: async (
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- so that a checkup ends before its lab does
    { newLab },
    use,
    testInfo,
  ) => {
    const checkups: Checkup[] = [];
    await use((lab, options) => {
      const account = options?.serviceAccount;
      const kubeconfig = account === undefined ? lab.kubeconfig : lab.kubeconfigOf('latency', account);
      const checkup = startCheckup(kubeconfig, testInfo.outputPath(`artifacts-${checkups.length}`), options);
      checkups.push(checkup);
      return checkup;
    });
    for (const checkup of checkups) await checkup.kill();
    for (const [index, { output }] of checkups.entries()) {
      await testInfo.attach(`checkup-${index}.log`, { body: output() });
    }
  },
});
