// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, textAt, type Json, type JsonObject } from '../store/json.ts';
import type { Cause } from './status.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];

/** Returns the errors in `spec.podFailurePolicy` (validatePodFailurePolicy in pkg/apis/batch/validation/validation.go, Kubernetes 1.33). */
export function failurePolicyProblems(spec: JsonObject | undefined): Cause[] {
  return objectsAt(spec, 'podFailurePolicy', 'rules').flatMap((rule, index) => {
    const field = `spec.podFailurePolicy.rules[${index}]`;
    const onExitCodes = objectAt(rule, 'onExitCodes');
    const onPodConditions = objectsAt(rule, 'onPodConditions');
    const one = 'of OnExitCodes and OnPodConditions is';
    return [
      ...choiceProblems(`${field}.action`, rule.action, ACTIONS),
      ...(rule.action === 'FailIndex' && at(spec, 'backoffLimitPerIndex') === undefined
        ? [invalidValue(`${field}.action`, '"FailIndex"', 'requires the backoffLimitPerIndex to be set')]
        : []),
      ...(onExitCodes ? exitCodeProblems(`${field}.onExitCodes`, onExitCodes, spec) : []),
      ...(onExitCodes && onPodConditions.length > 0
        ? [causeOf(field, 'Invalid value: specifying both OnExitCodes and OnPodConditions is not supported')]
        : []),
      ...(!onExitCodes && onPodConditions.length === 0
        ? [causeOf(field, `Invalid value: specifying one ${one} required`)]
        : []),
    ];
  });
}

/** Returns the policy with the default of a condition's status. */
export function withConditionStatus(policy: JsonObject): JsonObject {
  const rules = objectsAt(policy, 'rules').map((rule) =>
    rule.onPodConditions === undefined
      ? rule
      : { ...rule, onPodConditions: objectsAt(rule, 'onPodConditions').map((one) => ({ status: 'True', ...one })) },
  );
  return { ...policy, rules };
}

function exitCodeProblems(field: string, rule: JsonObject, spec: JsonObject | undefined): Cause[] {
  const container = textAt(rule, 'containerName');
  const names = ['containers', 'initContainers'].flatMap((list) =>
    objectsAt(spec, 'template', 'spec', list).map(({ name }) => name),
  );
  const values = numbersAt(rule, 'values');
  const shown = `[${values.join(',')}]`;
  return [
    ...choiceProblems(`${field}.operator`, rule.operator, OPERATORS),
    ...(container !== undefined && !names.includes(container)
      ? [
          invalidValue(
            `${field}.containerName`,
            `"${container}"`,
            'must be one of the container or initContainer names in the pod template',
          ),
        ]
      : []),
    ...(values.length === 0 ? [invalidValue(`${field}.values`, 'null', 'at least one value is required')] : []),
    ...(rule.operator === 'In' && values.includes(0)
      ? [invalidValue(`${field}.values[${values.indexOf(0)}]`, '0', 'must not be 0 for the In operator')]
      : []),
    ...(values.some((value, index) => value < (values[index - 1] ?? value))
      ? [invalidValue(`${field}.values`, shown, 'must be ordered')]
      : []),
  ];
}

function numbersAt(rule: JsonObject, field: string): number[] {
  const values = at(rule, field);
  return Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [];
}

/** Returns the error of a field that has one of a few values. */
function choiceProblems(field: string, value: Json | undefined, known: readonly string[]): Cause[] {
  const quoted = known.map((one) => `"${one}"`);
  if (value === undefined || value === '') {
    return [{ field, reason: 'FieldValueRequired', message: `Required value: valid values: [${quoted.join(' ')}]` }];
  }
  if (typeof value === 'string' && known.includes(value)) return [];
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${quoted.join(', ')}`;
  return [{ field, reason: 'FieldValueNotSupported', message }];
}

export function invalidValue(field: string, value: string, why: string): Cause {
  return causeOf(field, `Invalid value: ${value}: ${why}`);
}

function causeOf(field: string, message: string): Cause {
  return { field, reason: 'FieldValueInvalid', message };
}
