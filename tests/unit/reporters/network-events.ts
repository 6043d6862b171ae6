// SPDX-License-Identifier: Apache-2.0
/** Events of a run on several networks, written by hand. */
import type { ErrorCode } from '../../../model/errors.ts';
import type { CheckupEvent } from '../../../model/events.ts';
import type { Latency } from '../../../model/latency.ts';
import { renderRef, type ObjectRef } from '../../../model/object-ref.ts';
import type { Stage } from '../../../model/stages.ts';
import { MEASUREMENT, PARAMETERS } from './run-events.ts';

export const NETWORKS = [
  { namespace: 'ns', name: 'blue' },
  { namespace: 'ns', name: 'red' },
  { namespace: 'ns', name: 'green' },
] as const;

export function networksInput(networks: readonly ObjectRef[] = NETWORKS): CheckupEvent {
  const [network = NETWORKS[0]] = networks;
  return { type: 'input', parameters: { ...PARAMETERS, network, networks: [...networks], ipFamilies: ['ipv4'] } };
}

/** @param ms each statistic. */
export function measured(network: ObjectRef, ms: number): CheckupEvent {
  const latency = Object.fromEntries(Object.keys(MEASUREMENT.latency ?? {}).map((name) => [name, ms * 1e6]));
  const measurement = { ...MEASUREMENT, received: MEASUREMENT.transmitted, latency: latency as unknown as Latency };
  const cell = { from: 'source', to: 'target', family: 'ipv4' } as const;
  return { type: 'latency', network: renderRef(network), cell, measurement };
}

export function failure(network: ObjectRef, stage: Stage, code: ErrorCode, what: string): CheckupEvent {
  return { type: 'failure', network: renderRef(network), stage, code, findings: [{ what }] };
}

export function placed(network: ObjectRef, guest: 'source' | 'target', node: string): CheckupEvent {
  return { type: 'placement', network: renderRef(network), guest, node };
}
