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
  const selected = of({ kind: 'few-mesh-nodes', nodeSelector: 'zone in (a, b)' });
  expect(selected?.summary).toBe('fewer than two nodes can take a VM and match nodeSelector');
  expect(selected?.next[0]).toBe("Nodes that match: kubectl get nodes -l 'zone in (a, b)'");
  expect(of({ kind: 'few-mesh-nodes' })?.next.join()).not.toMatch(/sourceNode|-l '/);
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
  const diagnosis = of({ kind: 'permission', rule: RULES.getNetwork, namespace: 'my-networks' });
  expect(diagnosis?.summary).toContain('in namespace "my-networks": create a Role and a RoleBinding there');
  const commands = diagnosis?.next[0]?.split('\n').slice(1) ?? [];
  expect(commands).toEqual([
    'kubectl create role kubevirt-vm-latency-network -n my-networks --verb=get --resource=network-attachment-definitions.k8s.cni.cncf.io',
    'kubectl create rolebinding kubevirt-vm-latency-network -n my-networks --role=kubevirt-vm-latency-network --serviceaccount=NAMESPACE:vm-latency-checkup-sa',
  ]);
});

test('reports the name of an image that cannot be pulled', () => {
  const pulled = waiting('Synchronized', 'ErrImagePull', 'failed to pull and unpack image "quay.io/a/b:1": not found');
  expect(of(pulled)).toMatchObject({
    id: 'image-not-pulled',
    summary: `the node cannot pull the VMs' disk image "quay.io/a/b:1"`,
  });
});

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
