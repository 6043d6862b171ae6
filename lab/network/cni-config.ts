import { decodeJson, isObject, objectsAt, type JsonObject } from '../store/json.ts';

/** The plugins of a network's CNI configuration, a conf or a conflist, in order; none where it cannot be read. */
export function pluginsOf(config = ''): JsonObject[] {
  try {
    const value = decodeJson(config);
    if (!isObject(value)) return [];
    return value.plugins === undefined ? [value] : objectsAt(value, 'plugins');
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The Linux bridge that a network's plugin connects VMs to, if it is such a plugin. */
export function bridgeOf(config: string | undefined): string | undefined {
  const plugin = pluginsOf(config).find(({ type }) => type === 'bridge' || type === 'cnv-bridge');
  return typeof plugin?.bridge === 'string' ? plugin.bridge : undefined;
}
