// SPDX-License-Identifier: Apache-2.0
/** A test whose worker has a running VMI. */
import { expect } from '@playwright/test';
import { textAt } from '../../store/json.ts';
import { test as base, type Stage } from './contract-test.ts';
import { Scene } from './scene.ts';
import { VMIS } from './bodies.ts';
import { lonelyVmi } from './vmis.ts';

/** An image may have to be pulled first. */
const START_DEADLINE_MS = 240_000;

interface Running {
  /** `{name}` is the VMI, `{uid}` its uid. */
  scene: Scene;
  name: string;
}

interface WorkerTools {
  /** The worker's VMI, started on first use. */
  running: () => Promise<Running>;
}

export const test = base.extend<object, WorkerTools>({
  running: [
    async ({ stage }, use) => {
      let running: Promise<Running> | undefined;
      await use(() => (running ??= start(stage, 'console')));
    },
    { scope: 'worker' },
  ],
});

/** Creates a VMI without a network and waits until it runs. */
export async function start(stage: Stage, name: string): Promise<Running> {
  const scene = new Scene(stage, name);
  await scene.set({ given: [lonelyVmi()] });
  const phase = async () => textAt(await scene.succeed({ path: `${VMIS}/{name}` }), 'status', 'phase');
  await expect.poll(phase, { timeout: START_DEADLINE_MS }).toBe('Running');
  return { scene, name };
}
