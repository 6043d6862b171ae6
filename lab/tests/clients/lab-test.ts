// SPDX-License-Identifier: Apache-2.0
import { test as base } from '@playwright/test';
import { startLab, type Lab, type LabOptions } from '../../lab.ts';

interface Tools {
  /** Starts a lab with SIMULATED guests; it is stopped after the test. */
  newLab: (options?: Partial<LabOptions>) => Promise<Lab>;
}

export const test = base.extend<Tools>({
  newLab: async ({}, use, testInfo) => {
    const labs: Lab[] = [];
    await use(async (options) => {
      const directory = testInfo.outputPath(`lab-${labs.length}`);
      const lab = await startLab({ guests: 'scripted', directory, ...options });
      labs.push(lab);
      return lab;
    });
    for (const lab of labs) await lab.stop();
  },
});
