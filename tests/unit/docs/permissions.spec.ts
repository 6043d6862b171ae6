// SPDX-License-Identifier: Apache-2.0
/** Permissions: the manifests, the code, and the document that explains them. */
import { expect, test } from '@playwright/test';
import { RULES } from '../../../fixtures/cluster/rules.ts';
import { textAt } from '../../../lab/objects.ts';
import {
  checkupPermissions,
  checkupRbac,
  extendedRbac,
  permissionsOf,
  type Permission,
} from '../../support/permissions.ts';
import { codes, read, tableRows } from './documents.ts';

const rendered = ({ group, resource, verb }: Permission): string => `${group}/${resource} ${verb}`;

/** "`pods/log`" of the core group, "`network-attachment-definitions` of `k8s.cni.cncf.io`" of another. */
function explained(heading: string): string[] {
  const [, ...rows] = tableRows(read('docs/permissions.md'), heading);
  return rows.map(([cell, verb]) => {
    const [resource = '', group = ''] = codes(cell);
    return rendered({ group, resource, verb: codes(verb)[0] ?? '' });
  });
}

test('each rule of the manifest is documented and needed by the code', () => {
  const documented = explained('## Required permissions').sort();
  expect(documented).toEqual(checkupPermissions().map(rendered).sort());
  expect(documented).toEqual(Object.values(RULES).map(rendered).sort());
});

test('each rule of the optional manifest is documented', () => {
  expect(explained('## Optional permissions').sort()).toEqual(permissionsOf(extendedRbac()).map(rendered).sort());
});

test('the manifest grants what existing users grant, and nothing else', () => {
  const granted = checkupPermissions().map(rendered);
  expect(granted.sort()).toEqual([
    '/configmaps get',
    '/configmaps update',
    'k8s.cni.cncf.io/network-attachment-definitions get',
    ...['create', 'delete', 'get'].map((verb) => `kubevirt.io/virtualmachineinstances ${verb}`),
    'subresources.kubevirt.io/virtualmachineinstances/console get',
  ]);
});

test('the optional manifest has read permissions only', () => {
  const granted = permissionsOf(extendedRbac()).map(rendered);
  expect(granted.sort()).toEqual([
    '/events list',
    '/nodes list',
    '/pods list',
    '/pods/log get',
    'k8s.cni.cncf.io/network-attachment-definitions list',
    'kubevirt.io/virtualmachineinstances watch',
  ]);
});

test('neither manifest has wildcards, access to secrets, or write access outside its namespace', () => {
  const objects = [...checkupRbac(), ...extendedRbac()];
  for (const { group, resource, verb } of permissionsOf(objects)) {
    expect([group, resource, verb]).not.toContain('*');
    expect(resource).not.toMatch(/secrets/);
  }
  const boundEverywhere = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');
  const names = boundEverywhere.map((binding) => textAt(binding, 'roleRef', 'name'));
  const roles = objects.filter(
    ({ kind, metadata }) => kind === 'ClusterRole' && names.includes(textAt(metadata, 'name')),
  );
  expect(roles).toHaveLength(names.length);
  for (const { verb } of permissionsOf(roles)) expect(['get', 'list', 'watch']).toContain(verb);
});
