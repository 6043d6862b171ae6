import type { KubeObject } from '../store/kube-object.ts';
import { stringMapAt } from '../store/json.ts';
import { badRequest } from './status.ts';

/** Which objects a list or watch is about: equality and existence of labels, and the two field selectors every kind knows. */
export type Selector = (object: KubeObject) => boolean;

export function parseSelector(query: URLSearchParams): Selector {
  const label = terms(query.get('labelSelector')).map(labelTerm);
  const field = terms(query.get('fieldSelector')).map(fieldTerm);
  return (object) => [...label, ...field].every((matches) => matches(object));
}

function terms(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function labelTerm(term: string): Selector {
  const [, key = '', operator = '', value = ''] = /^([^!=\s()]+)\s*(==|=|!=)\s*(\S*)$/.exec(term) ?? [];
  if (operator === '!=') return (object) => labels(object)[key] !== value;
  if (operator !== '') return (object) => labels(object)[key] === value;
  const [, not = '', name = ''] = /^(!?)([^!=\s()]+)$/.exec(term) ?? [];
  if (name === '')
    throw badRequest(
      `unable to parse requirement: the lab knows only k=v, k!=v, k and !k, not ${JSON.stringify(term)}`,
    );
  return (object) => name in labels(object) === (not === '');
}

function labels(object: KubeObject): Record<string, string> {
  return stringMapAt(object, 'metadata', 'labels');
}

function fieldTerm(term: string): Selector {
  const [, key = term, operator = '', value = ''] = /^([^!=\s]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (key !== 'metadata.name' && key !== 'metadata.namespace') throw badRequest(`field label not supported: ${key}`);
  const field = key === 'metadata.name' ? 'name' : 'namespace';
  return (object) => (object.metadata[field] === value) === (operator !== '!=');
}
