// SPDX-License-Identifier: Apache-2.0
/** The permissions that users grant to the checkup, from the manifest they apply. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { objectsAt, textsAt, type Json, type JsonObject } from '../../lab/objects.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');

export const CHECKUP_ACCOUNT = 'vm-latency-checkup-sa';

/** One verb on one resource, as granted by rules. */
export interface Permission {
  group: string;
  resource: string;
  verb: string;
}

function objectsOf(manifest: string): JsonObject[] {
  const text = readFileSync(path.join(MANIFESTS, manifest), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
}

/** Returns the minimal permissions of a checkup. */
export function checkupRbac(): JsonObject[] {
  return objectsOf('rbac.yaml');
}

/** Returns the optional permissions. */
export function extendedRbac(): JsonObject[] {
  return objectsOf('rbac-extended.yaml');
}

/** Returns the permissions of a live migration. */
export function migrationRbac(): JsonObject[] {
  return objectsOf('rbac-migration.yaml');
}

export function permissionsOf(objects: readonly JsonObject[]): Permission[] {
  return objects.flatMap((object) =>
    objectsAt(object, 'rules').flatMap((rule) =>
      textsAt(rule, 'apiGroups').flatMap((group) =>
        textsAt(rule, 'resources').flatMap((resource) =>
          textsAt(rule, 'verbs').map((verb) => ({ group, resource, verb })),
        ),
      ),
    ),
  );
}

export function checkupPermissions(): Permission[] {
  return permissionsOf(checkupRbac());
}

/** Returns the manifest's objects with one verb removed from its rule. */
export function checkupRbacWithout({ resource, verb }: Pick<Permission, 'resource' | 'verb'>): JsonObject[] {
  return checkupRbac().map((object) => {
    if (object.rules === undefined) return object;
    const rules = objectsAt(object, 'rules').map((rule): Json => {
      if (!textsAt(rule, 'resources').includes(resource)) return rule;
      return { ...rule, verbs: textsAt(rule, 'verbs').filter((granted) => granted !== verb) };
    });
    return { ...object, rules };
  });
}
