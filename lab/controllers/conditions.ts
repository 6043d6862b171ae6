// SPDX-License-Identifier: Apache-2.0
import { objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';

/** Edits of an object's status, in place. */

export function statusOf(object: KubeObject): JsonObject {
  const status = objectAt(object, 'status') ?? {};
  object.status = status;
  return status;
}

export function phaseOf(object: KubeObject): string {
  return textAt(object.status, 'phase') ?? '';
}

/** A VMI in a final phase has no guest. */
export function isFinal(object: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(phaseOf(object));
}

/** Sets the phase of a VMI and its time. */
export function enterPhase(vmi: KubeObject, phase: string): void {
  const status = statusOf(vmi);
  // A final phase does not change.
  if (status.phase === phase || isFinal(vmi)) return;
  status.phase = phase;
  status.phaseTransitionTimestamps = [
    ...objectsAt(status, 'phaseTransitionTimestamps'),
    { phase, phaseTransitionTimestamp: now() },
  ];
}

export function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  return objectsAt(object.status, 'conditions').find((condition) => condition.type === type);
}

/** Sets the condition; the time of its last transition moves only with its status. */
export function setCondition(object: KubeObject, type: string, status: string, reason = '', message = ''): void {
  const previous = conditionOf(object, type);
  const same = previous?.status === status;
  const condition = {
    lastProbeTime: null,
    lastTransitionTime: same ? (previous.lastTransitionTime ?? null) : now(),
    ...(message !== '' && { message }),
    ...(reason !== '' && { reason }),
    status,
    type,
  };
  const others = objectsAt(object.status, 'conditions').filter((other) => other.type !== type);
  statusOf(object).conditions = [...others, condition];
}

export function dropCondition(object: KubeObject, type: string): void {
  if (!conditionOf(object, type)) return;
  statusOf(object).conditions = objectsAt(object.status, 'conditions').filter((other) => other.type !== type);
}
