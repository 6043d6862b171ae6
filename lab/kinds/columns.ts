// SPDX-License-Identifier: Apache-2.0
import {
  at,
  isObject,
  objectAt,
  objectsAt,
  stringMapAt,
  textAt,
  textsAt,
  type Json,
  type JsonObject,
} from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Column } from '../store/kind.ts';

/** The columns that `kubectl get` shows of each kind, as the real printers and CustomResourceDefinitions have them. */

const UNITS: [limit: number, seconds: number, unit: string, rest?: [seconds: number, unit: string]][] = [
  [120, 1, 's'],
  [600, 60, 'm', [1, 's']],
  [10_800, 60, 'm'],
  [28_800, 3600, 'h', [60, 'm']],
  [172_800, 3600, 'h'],
  [691_200, 86_400, 'd', [3600, 'h']],
  [63_072_000, 86_400, 'd'],
  [Infinity, 31_536_000, 'y'],
];

/** A duration as Kubernetes prints it: 90s, 5m3s, 2h, 3d4h. */
function humanDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [, size, unit, rest] = UNITS.find(([limit]) => whole < limit) ?? [0, 1, 's'];
  const left = rest ? Math.floor((whole % size) / rest[0]) : 0;
  return `${Math.floor(whole / size)}${unit}${rest && left > 0 ? `${left}${rest[1]}` : ''}`;
}

function since(time: string | undefined): string {
  return time === undefined ? '<unknown>' : humanDuration((Date.now() - Date.parse(time)) / 1000);
}

const column = (name: string, cell: Column['cell']): Column => ({ name, cell });
const wide = (name: string, cell: Column['cell']): Column => ({ name, cell, wide: true });
const text =
  (...path: string[]) =>
  (object: KubeObject): Json =>
    textAt(object, ...path) ?? '';
const orNone = (value: string): string => (value === '' ? '<none>' : value);
const condition = (object: KubeObject, type: string): string =>
  textAt(
    objectsAt(object.status, 'conditions').find((entry) => entry.type === type),
    'status',
  ) ?? '';
const address = (object: KubeObject, type: string): string =>
  orNone(
    textAt(
      objectsAt(object.status, 'addresses').find((entry) => entry.type === type),
      'address',
    ) ?? '',
  );
const containers = (object: KubeObject) => objectsAt(object.spec, 'template', 'spec', 'containers');
const named = (items: JsonObject[], field: string): string => items.map((item) => textAt(item, field) ?? '').join(',');

export const NAME = column('Name', (object) => object.metadata.name);
const AGE = column('Age', (object) => since(object.metadata.creationTimestamp));
const CREATED_AT = column('Created At', (object) => object.metadata.creationTimestamp);

export const NAMED_AND_AGED = [AGE];
export const CREATED = [CREATED_AT];
export const NAMESPACE_COLUMNS = [column('Status', text('status', 'phase')), AGE];
export const SERVICE_ACCOUNT_COLUMNS = [column('Secrets', (object) => objectsAt(object, 'secrets').length), AGE];

export const CONFIG_MAP_COLUMNS = [
  column(
    'Data',
    ({ data, binaryData }) => [data, binaryData].flatMap((map) => Object.keys(isObject(map) ? map : {})).length,
  ),
  AGE,
];

export const SECRET_COLUMNS = [
  column('Type', text('type')),
  column('Data', ({ data }) => Object.keys(isObject(data) ? data : {}).length),
  AGE,
];
const ACCESS_MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
export const CLAIM_COLUMNS = [
  column('Status', text('status', 'phase')),
  column('Volume', text('spec', 'volumeName')),
  column('Capacity', text('status', 'capacity', 'storage')),
  column('Access Modes', ({ status }) =>
    textsAt(status, 'accessModes')
      .map((mode) => ACCESS_MODES[mode] ?? mode)
      .join(','),
  ),
  column('StorageClass', text('spec', 'storageClassName')),
  column('VolumeAttributesClass', (claim) => textAt(claim.spec, 'volumeAttributesClassName') ?? '<unset>'),
  AGE,
  wide('VolumeMode', text('spec', 'volumeMode')),
];

const ROLE_LABEL = 'node-role.kubernetes.io/';
export const NODE_COLUMNS = [
  column('Status', (node) => {
    const ready = condition(node, 'Ready') === 'True' ? 'Ready' : 'NotReady';
    return at(node.spec, 'unschedulable') === true ? `${ready},SchedulingDisabled` : ready;
  }),
  column('Roles', (node) => {
    const labels = Object.keys(stringMapAt(node, 'metadata', 'labels')).filter((label) => label.startsWith(ROLE_LABEL));
    return orNone(labels.map((label) => label.slice(ROLE_LABEL.length)).join(','));
  }),
  AGE,
  column('Version', text('status', 'nodeInfo', 'kubeletVersion')),
  wide('Internal-IP', (node) => address(node, 'InternalIP')),
  wide('External-IP', (node) => address(node, 'ExternalIP')),
  wide('OS-Image', text('status', 'nodeInfo', 'osImage')),
  wide('Kernel-Version', text('status', 'nodeInfo', 'kernelVersion')),
  wide('Container-Runtime', text('status', 'nodeInfo', 'containerRuntimeVersion')),
];

export const POD_COLUMNS = [
  column('Ready', (pod) => {
    const ready = objectsAt(pod.status, 'containerStatuses').filter((status) => status.ready === true);
    return `${ready.length}/${objectsAt(pod.spec, 'containers').length}`;
  }),
  column('Status', podStatus),
  column('Restarts', () => '0'),
  AGE,
  wide('IP', (pod) => orNone(textAt(pod.status, 'podIP') ?? '')),
  wide('Node', (pod) => orNone(textAt(pod.spec, 'nodeName') ?? '')),
  wide('Nominated Node', () => '<none>'),
  wide('Readiness Gates', () => '<none>'),
];

/** A container's reason is more specific than the pod's phase. */
function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const states = objectsAt(pod.status, 'containerStatuses').map((status) => objectAt(status, 'state'));
  const reasons = states.map((state) => textAt(state, 'waiting', 'reason') ?? textAt(state, 'terminated', 'reason'));
  return reasons.find((reason) => reason !== undefined) ?? textAt(pod.status, 'phase') ?? '';
}

export const JOB_COLUMNS = [
  column('Status', (job) => {
    if (condition(job, 'Complete') === 'True') return 'Complete';
    if (condition(job, 'Failed') === 'True') return 'Failed';
    if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
    return condition(job, 'Suspended') === 'True' ? 'Suspended' : 'Running';
  }),
  column(
    'Completions',
    (job) => `${Number(at(job.status, 'succeeded') ?? 0)}/${Number(at(job.spec, 'completions') ?? 1)}`,
  ),
  column('Duration', (job) => {
    const [start, end] = [textAt(job.status, 'startTime'), textAt(job.status, 'completionTime')];
    if (start === undefined) return '';
    return end === undefined ? since(start) : humanDuration((Date.parse(end) - Date.parse(start)) / 1000);
  }),
  AGE,
  wide('Containers', (job) => named(containers(job), 'name')),
  wide('Images', (job) => named(containers(job), 'image')),
  wide('Selector', (job) => {
    const labels = Object.entries(stringMapAt(job.spec, 'selector', 'matchLabels'));
    return orNone(labels.map(([key, value]) => `${key}=${value}`).join(','));
  }),
];

const TIME = (event: KubeObject, ...fields: string[]) => fields.map((field) => textAt(event, field)).find(Boolean);
const source = (event: KubeObject): string => {
  const component = textAt(event, 'source', 'component') ?? textAt(event, 'reportingComponent') ?? '';
  return [component, textAt(event, 'source', 'host')].filter(Boolean).join(', ');
};
export const EVENT_COLUMNS = [
  column('Last Seen', (event) => since(TIME(event, 'lastTimestamp', 'eventTime', 'firstTimestamp'))),
  column('Type', text('type')),
  column('Reason', text('reason')),
  column('Object', (event) => {
    const object = objectAt(event, 'involvedObject');
    return `${(textAt(object, 'kind') ?? '').toLowerCase()}/${textAt(object, 'name') ?? ''}`;
  }),
  wide('Subobject', text('involvedObject', 'fieldPath')),
  wide('Source', source),
  column('Message', (event) => (textAt(event, 'message') ?? '').trim()),
  wide('First Seen', (event) => since(TIME(event, 'firstTimestamp', 'eventTime'))),
  wide('Count', ({ count }) => (typeof count === 'number' ? count : 1)),
  wide('Name', (event) => event.metadata.name),
];

const subjects =
  (kind: string) =>
  (binding: KubeObject): string =>
    objectsAt(binding, 'subjects')
      .filter((subject) => subject.kind === kind)
      .map(({ name, namespace }) => [namespace, name].filter((part) => typeof part === 'string').join('/'))
      .join(', ');
export const BINDING_COLUMNS = [
  column(
    'Role',
    (binding) => `${textAt(binding, 'roleRef', 'kind') ?? ''}/${textAt(binding, 'roleRef', 'name') ?? ''}`,
  ),
  AGE,
  wide('Users', subjects('User')),
  wide('Groups', subjects('Group')),
  wide('ServiceAccounts', subjects('ServiceAccount')),
];

export const KUBEVIRT_COLUMNS = [AGE, column('Phase', text('status', 'phase'))];

/** Without an age, as KubeVirt's definition has them. */
export const MIGRATION_COLUMNS = [column('Phase', text('status', 'phase')), column('VMI', text('spec', 'vmiName'))];

export const VMI_COLUMNS = [
  AGE,
  column('Phase', text('status', 'phase')),
  column('IP', (vmi) => {
    const [first] = objectsAt(vmi.status, 'interfaces');
    return textAt(first, 'ipAddress') ?? textsAt(first, 'ipAddresses')[0] ?? '';
  }),
  column('NodeName', text('status', 'nodeName')),
  column('Ready', (vmi) => condition(vmi, 'Ready')),
  wide('Live-Migratable', (vmi) => condition(vmi, 'LiveMigratable')),
  wide('Paused', (vmi) => condition(vmi, 'Paused')),
];
