/** One cell of the matrix. */
import type { Lab, LabOptions } from '../../lab/lab.ts';
import { setConfigMap } from '../support/cluster-facts.ts';
import type { Checkup, CheckupOptions } from '../support/checkup-process.ts';
import { ownedBy, type Blow } from './disruptions.ts';
import type { Moment, Row } from './checkpoints.ts';

interface Tools {
  newLab: (options?: Partial<LabOptions>) => Promise<Lab>;
  checkup: (lab: Lab, options?: CheckupOptions) => Checkup;
  guests: LabOptions['guests'];
}

const AT_ONCE: Moment = { reached: () => Promise.resolve(), release: () => undefined };

/** Answers what the table shows. */
export async function strike(row: Row, blow: Blow, { newLab, checkup, guests }: Tools): Promise<string> {
  const scene = row.scene(blow.purpose, guests);
  const lab = await newLab({ guests, ...scene.lab });
  if (scene.configMap) setConfigMap(lab, scene.configMap);
  const moment = scene.arm?.(lab) ?? AT_ONCE;
  const env = { ...scene.env, ...blow.options?.env, ...ownedBy(lab, blow) };
  const run = checkup(lab, { ...blow.options, env });
  await moment.reached(lab, run);
  try {
    return await blow.strike({ lab, run, row, moment });
  } finally {
    moment.release();
  }
}
