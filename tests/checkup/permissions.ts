/** The permissions that users grant to the checkup, from the manifest they apply. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { objectsAt, textsAt, type Json, type JsonObject } from '../../lab/store/json.ts';

const MANIFEST = path.join(import.meta.dirname, '..', '..', 'manifests', 'rbac.yaml');

export const CHECKUP_ACCOUNT = 'vm-latency-checkup-sa';

/** One verb on one resource, as rules grant it. */
export interface Permission {
  group: string;
  resource: string;
  verb: string;
}

export function checkupRbac(): JsonObject[] {
  return parseAllDocuments(readFileSync(MANIFEST, 'utf8')).map((document) => document.toJS() as JsonObject);
}

export function checkupPermissions(): Permission[] {
  return checkupRbac().flatMap((object) =>
    objectsAt(object, 'rules').flatMap((rule) =>
      textsAt(rule, 'verbs').map((verb) => ({
        ...{ group: textsAt(rule, 'apiGroups')[0] ?? '', resource: textsAt(rule, 'resources')[0] ?? '', verb },
      })),
    ),
  );
}

/** The manifest's objects with one verb taken out of its rule. */
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
