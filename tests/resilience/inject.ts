// SPDX-License-Identifier: Apache-2.0
/** One cell of the matrix. */
import type { Lab, LabOptions } from '../../lab/lab.ts';
import { setConfigMap } from '../support/cluster-facts.ts';
import type { Checkup, CheckupOptions } from '../support/checkup-process.ts';
import { ownerEnvironment, type Disruption } from './disruptions.ts';
import type { Checkpoint, Row } from './checkpoints.ts';

interface Tools {
  newLab: (options?: Partial<LabOptions>) => Promise<Lab>;
  checkup: (lab: Lab, options?: CheckupOptions) => Checkup;
  guests: LabOptions['guests'];
}

const IMMEDIATELY: Checkpoint = { reached: () => Promise.resolve(), release: () => undefined };

/** Disrupts one run at one checkpoint. Returns the text of the table cell. */
export async function injectDisruption(
  row: Row,
  disruption: Disruption,
  { newLab, checkup, guests }: Tools,
): Promise<string> {
  const scene = row.scene(disruption.purpose);
  const lab = await newLab({ guests, ...scene.lab });
  if (scene.configMap) setConfigMap(lab, scene.configMap);
  const checkpoint = scene.arm?.(lab) ?? IMMEDIATELY;
  const env = { ...scene.env, ...disruption.options?.env, ...ownerEnvironment(lab, disruption) };
  const run = checkup(lab, { ...disruption.options, env });
  await checkpoint.reached(lab, run);
  try {
    return await disruption.inject({ lab, run, row, checkpoint });
  } finally {
    checkpoint.release();
  }
}
