// SPDX-License-Identifier: Apache-2.0
import { decodeJson, isObject, objectsAt, type JsonObject } from '../store/json.ts';

/** Returns the plugins of a CNI configuration, a conf or a conflist, in order; none if it cannot be parsed. */
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

/** Returns the Linux bridge to which a network connects VMs; undefined for other plugins. */
export function bridgeOf(config: string | undefined): string | undefined {
  const plugin = pluginsOf(config).find(({ type }) => type === 'bridge' || type === 'cnv-bridge');
  return typeof plugin?.bridge === 'string' ? plugin.bridge : undefined;
}
