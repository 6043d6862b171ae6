// SPDX-License-Identifier: Apache-2.0
import { objectsAt, stringMapAt, textAt, textsAt, type Json, type JsonObject } from './json.ts';

/** Kubernetes' two forms of label selection: selectors (matchLabels, matchExpressions) and lists of requirements. */

export function matchesSelector(selector: JsonObject | undefined, labels: Record<string, string>): boolean {
  if (!selector) return false;
  const wanted = Object.entries(stringMapAt(selector, 'matchLabels'));
  return (
    wanted.every(([key, value]) => labels[key] === value) && matchesAll(objectsAt(selector, 'matchExpressions'), labels)
  );
}

export function matchesAll(requirements: JsonObject[], labels: Record<string, string>): boolean {
  return requirements.every((requirement) => matches(requirement, labels));
}

function matches(requirement: JsonObject, labels: Record<string, string>): boolean {
  const label = labels[textAt(requirement, 'key') ?? ''];
  const values = textsAt(requirement, 'values');
  switch (textAt(requirement, 'operator')) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    case 'Gt':
      return Number(label) > Number(values[0]);
    case 'Lt':
      return Number(label) < Number(values[0]);
    default:
      return false;
  }
}

export function labelsOf(object: Json): Record<string, string> {
  return stringMapAt(object, 'metadata', 'labels');
}
