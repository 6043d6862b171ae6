import { badRequest } from './status.ts';
import { isObject, type Json } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from './kind.ts';

/** Values are texts; a number without quotes is the usual mistake. */
export function admitConfigMap(configMap: KubeObject, kind: Kind): KubeObject {
  const { data } = configMap;
  if (data === undefined || data === null) return configMap;
  const wrong = isObject(data) ? Object.values(data).find((value) => typeof value !== 'string') : data;
  if (wrong === undefined) return configMap;
  const target = isObject(data) ? 'of type string' : 'of type map[string]string';
  throw badRequest(
    `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ${goType(wrong)} into Go struct field ${kind.kind}.data ${target}`,
  );
}

function goType(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
