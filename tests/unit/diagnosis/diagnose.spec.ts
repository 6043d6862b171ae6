// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { RULES } from '../../../fixtures/cluster/rules.ts';
import { diagnose } from '../../../fixtures/diagnosis/diagnose.ts';
import { EMPTY_SITUATION } from '../../../fixtures/diagnosis/situation.ts';
import { renderRule, type Clue } from '../../../model/clues.ts';
import { renderDiagnosis } from '../../../model/diagnosis.ts';
import { CheckupError } from '../../../model/errors.ts';
import { checkupPermissions } from '../../support/permissions.ts';

const vmi = { namespace: 'ns', name: 'latency-check-source-ab12c' };
const of = (...clues: Clue[]): ReturnType<typeof diagnose> =>
  diagnose(new CheckupError('SetupFailed', 'it failed', { clues }), EMPTY_SITUATION);
const waiting = (type: string, reason: string, message: string): Clue => {
  return { kind: 'vmi', vmi, conditions: [{ type, status: 'False', reason, message }] };
};

test('gives no diagnosis without clues, and skips a clue that explains nothing', () => {
  expect(of()).toBeUndefined();
  expect(of(waiting('Ready', 'GuestNotRunning', 'x'))).toBeUndefined();
  const silent: Clue = { kind: 'no-login', vmi, shown: '' };
  expect(of(waiting('Ready', 'GuestNotRunning', 'x'), silent)?.id).toBe('guest-silent');
});

test('reports a replaced VM with both uids, and a migrated VM with both nodes', () => {
  const replaced = of({ kind: 'replaced', vmi, uid: 'a', otherUid: 'b' });
  expect(replaced?.id).toBe('vm-replaced');
  expect(replaced?.evidence).toEqual(
    expect.arrayContaining([expect.stringContaining(': a'), expect.stringContaining(': b')]),
  );
  const migrated = of({ kind: 'migrated', vmi, from: 'node-1', to: 'node-2' });
  expect(migrated?.summary).toContain('from node "node-1" to node "node-2"');
});

test('a mesh with too few nodes has commands that list them, and no advice for a pair', () => {
  const selected = of({ kind: 'few-mesh-nodes', nodeSelector: 'zone in (a, b)', selected: 0, of: 6 });
  expect(selected?.summary).toBe('nodeSelector "zone in (a, b)" selects 0 of 6 nodes');
  expect(selected?.next[0]).toBe("Nodes that match: kubectl get nodes -l 'zone in (a, b)'");
  expect(of({ kind: 'few-mesh-nodes', selected: 6, of: 6 })?.next.join()).not.toMatch(/sourceNode|-l '/);
});

test('no diagnosis of the nodes of a mesh names the parameters of a pair', () => {
  const clues: Clue[] = [
    { kind: 'node', node: 'node-2', trouble: 'cordoned' },
    { kind: 'few-devices', resource: 'example.com/vf' },
    { kind: 'few-devices', resource: 'bridge.network.kubevirt.io/br10' },
    { kind: 'few-mesh-nodes', nodeSelector: 'rack=1', selected: 2, of: 6 },
    waiting('Synchronized', 'FailedSync', 'failed to configure vmi network for migration target: x'),
  ];
  for (const clue of clues) {
    const error = new CheckupError('PrerequisiteMissing', 'it failed', { clues: [clue] });
    const pair = diagnose(error, EMPTY_SITUATION);
    expect(JSON.stringify(diagnose(error, { ...EMPTY_SITUATION, topology: 'mesh' }))).not.toMatch(
      /(source|target)Node/,
    );
    if (clue.kind === 'node') expect(pair?.next.join()).toContain('(sourceNode, targetNode)');
  }
});

test('says what to look at when nodes of a mesh were not measured, and then the steps of the first suspect', () => {
  const clue: Clue = { kind: 'not-measured', nodes: ['a', 'b', 'c', 'd'], suspects: [] };
  const error = new CheckupError('MeshIncomplete', '4 of 6 nodes were not measured', { clues: [clue] });
  expect(diagnose(error, { ...EMPTY_SITUATION, namespace: 'ns' })).toMatchObject({
    id: 'node-not-measured',
    summary: expect.stringMatching(/^nodes "a", "b", "c" and 1 more were not measured/),
    evidence: ['4 of 6 nodes were not measured'],
    next: [
      'What the nodes report:\nkubectl describe node a\nkubectl describe node b\nkubectl describe node c',
      'What happened to the VMs: kubectl get vmi,events -n ns',
    ],
  });
  const suspect = {
    kind: 'node',
    names: ['e'],
    bad: 2,
    of: 2,
    summary: 'probably node "e"',
    next: ['look at e'],
  } as const;
  const both: Clue = { ...clue, suspects: [{ ...suspect, names: [...suspect.names], next: [...suspect.next] }] };
  expect(of(both)?.next.at(-1)).toBe('look at e');
});

test('the rules of the permission diagnoses are the rules of the manifest', () => {
  const granted = checkupPermissions().map((permission) => renderRule(permission));
  expect(Object.values(RULES).map(renderRule).sort()).toEqual(granted.sort());
});

for (const rule of Object.values(RULES)) {
  test(`suggests YAML that grants only ${renderRule(rule)} when that rule is missing`, () => {
    const next = of({ kind: 'permission', rule })?.next[0] ?? '';
    const [, ...lines] = next.split('\n');
    expect(parse(lines.join('\n'))).toEqual([
      { apiGroups: [rule.group], resources: [rule.resource], verbs: [rule.verb] },
    ]);
    expect(next).toContain(
      rule.resource === 'configmaps' ? 'Role kiagnose-configmap-access' : 'ClusterRole kubevirt-vm-latency-checker',
    );
  });
}

test('suggests a Role and a RoleBinding when a rule is missing in the namespace of the network', () => {
  const clue: Clue = { kind: 'permission', rule: RULES.getNetwork, namespace: 'my-networks' };
  const error = new CheckupError('SetupFailed', 'it failed', { clues: [clue] });
  const diagnosis = diagnose(error, { ...EMPTY_SITUATION, namespace: 'ns' });
  expect(diagnosis?.summary).toContain('in namespace "my-networks": create a Role and a RoleBinding there');
  expect(diagnosis?.meaning).toContain('that namespace may not exist');
  expect(diagnosis?.next[0]).toBe('See whether the namespace exists: kubectl get namespace my-networks');
  const commands = diagnosis?.next[1]?.split('\n').slice(1) ?? [];
  expect(commands).toEqual([
    'kubectl create role kubevirt-vm-latency-network.ns -n my-networks --verb=get --resource=network-attachment-definitions.k8s.cni.cncf.io',
    'kubectl create rolebinding kubevirt-vm-latency-network.ns -n my-networks --role=kubevirt-vm-latency-network.ns --serviceaccount=ns:vm-latency-checkup-sa',
  ]);
});

test('reports the name of an image that cannot be pulled', () => {
  const pulled = waiting('Synchronized', 'ErrImagePull', 'failed to pull and unpack image "quay.io/a/b:1": not found');
  expect(of(pulled)).toMatchObject({
    id: 'image-not-pulled',
    summary: `the node cannot pull the VMs' disk image "quay.io/a/b:1"`,
  });
});

const LOGIN = [
  'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
  'unexpected status from HEAD request to https://r.example/v2/a/manifests/1: 401 Unauthorized',
  'failed to fetch anonymous token: unexpected status from GET request to https://r.example/token: 403 Forbidden',
  'reading manifest 1 in r.example/a: unauthorized: authentication required',
];

for (const words of LOGIN) {
  test(`reports the pull secret of an image that its registry refuses: ${words}`, () => {
    const message = `failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": ${words}`;
    const clue = waiting('Synchronized', 'ErrImagePull', message);
    expect(of(clue)?.summary).toMatch(/"r\.example\/a:1": its registry requires a login, .* was given no pull secret$/);
    expect(of(clue)?.next[0]).toContain('spec.param.vmContainerDiskImagePullSecret');
    const situation = { ...EMPTY_SITUATION, namespace: 'ns', pullSecret: 'registry' };
    const diagnosis = diagnose(new CheckupError('SetupFailed', 'it failed', { clues: [clue] }), situation);
    expect(diagnosis?.summary).toMatch(/"r\.example\/a:1": its registry refuses access with Secret "ns\/registry"$/);
    expect(diagnosis?.next[0]).toContain('kubectl get secret registry -n ns');
  });
}

test('reports PodSecurity with its level, and no other refusal as PodSecurity', () => {
  const refused =
    'failed to create virtual machine pod: pods "virt-launcher-x" is forbidden: violates PodSecurity "restricted:latest": …';
  expect(of(waiting('Synchronized', 'FailedCreate', refused))).toMatchObject({
    id: 'pod-security',
    summary: `PodSecurity "restricted:latest" of namespace "ns" refuses the VMs' pods`,
  });
  expect(of(waiting('Synchronized', 'FailedCreate', 'exceeded quota: compute, requested: x'))?.id).toBe(
    'quota-exceeded',
  );
  expect(of(waiting('Synchronized', 'FailedCreate', 'denied by a webhook'))).toBeUndefined();
});

test('quotes the output of a console without a login prompt', () => {
  expect(of({ kind: 'no-login', vmi, shown: 'Welcome to GRUB' })?.evidence[0]).toContain('showed "Welcome to GRUB"');
});

test('renders a diagnosis in paragraphs', () => {
  const diagnosis = of({ kind: 'address-taken', vmi, taken: [{ address: '10.1.0.6', holder: '02:00:00:00:00:09' }] });
  if (diagnosis === undefined) throw new Error('no diagnosis');
  expect(renderDiagnosis(diagnosis)).toMatch(
    /^Diagnosis: another host on the network already uses 10\.1\.0\.6\n {2}\S.*\nSeen:\n {2}- 02:00.*\nWhat to do next:\n {2}- /,
  );
});
