// SPDX-License-Identifier: Apache-2.0
import { textsAt } from '../store/json.ts';
import * as columns from './columns.ts';
import { ALL_VERBS, type Kind } from '../store/kind.ts';
import { kind } from './row.ts';
import { VMI_FIELDS } from './vmi-fields.ts';
import { admitClaim } from './claim-admission.ts';
import { admitConfigMap } from './config-map-admission.ts';
import { admitJob } from './job-admission.ts';
import { admitMigration, admitMigrationUpdate, vmiNameOf } from './migration-admission.ts';
import { admitNad } from './nad-admission.ts';
import { admitNamespace } from './namespace-admission.ts';
import { podSpecFields } from './pod-fields.ts';
import { admitPod, podGrace } from './pod-admission.ts';
import { admitSecret } from './secret-admission.ts';
import { admitVmi } from './vmi-admission.ts';
import { admitVmiUpdate } from './vmi-update.ts';

/** The table of the kinds that the lab serves. A new kind is a row here and an entry in ALL_KINDS. */

const rbac = { group: 'rbac.authorization.k8s.io' };
const kubevirt = { group: 'kubevirt.io', namespaced: true, generation: true, custom: true, categories: ['all'] };

export const NAMESPACES = kind({
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
  columns: columns.NAMESPACE_COLUMNS,
  fields: { '': ['spec', 'status'] },
  admit: admitNamespace,
  // Its finalizer is a subresource.
  keepsSpec: true,
  // Until its contents are deleted.
  heldFor: (namespace) => (textsAt(namespace.spec, 'finalizers').length > 0 ? 0 : undefined),
});
export const NODES = kind({
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
  shortNames: ['no'],
  columns: columns.NODE_COLUMNS,
  fields: { '': ['spec', 'status'] },
  selectableFields: ['spec.unschedulable'],
});
export const PODS = kind({
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  subresources: { exec: { verbs: ['create', 'get'], type: { kind: 'PodExecOptions' } }, log: { verbs: ['get'] } },
  generation: true,
  columns: columns.POD_COLUMNS,
  fields: { '': ['spec', 'status'], ...podSpecFields('spec') },
  selectableFields: ['spec.nodeName', 'spec.serviceAccountName', 'status.phase'],
  admit: admitPod,
  heldFor: podGrace,
});
export const CONFIG_MAPS = kind({
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  columns: columns.CONFIG_MAP_COLUMNS,
  fields: { '': ['data', 'binaryData', 'immutable'] },
  admit: admitConfigMap,
  admitUpdate: (_previous, next) => admitConfigMap(next, CONFIG_MAPS),
});
export const SECRETS = kind({
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
  columns: columns.SECRET_COLUMNS,
  fields: { '': ['data', 'immutable', 'stringData', 'type'] },
  admit: admitSecret,
  admitUpdate: (_previous, next) => {
    Object.assign(next, { stringData: undefined }, admitSecret(next, SECRETS));
  },
});
export const PERSISTENT_VOLUME_CLAIMS = kind({
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
  shortNames: ['pvc'],
  columns: columns.CLAIM_COLUMNS,
  fields: {
    '': ['spec', 'status'],
    spec: [
      'accessModes',
      'dataSource',
      'dataSourceRef',
      'resources',
      'selector',
      'storageClassName',
      'volumeAttributesClassName',
      'volumeMode',
      'volumeName',
    ],
    'spec.resources': ['limits', 'requests'],
  },
  admit: admitClaim,
});
export const EVENTS = kind({
  plural: 'events',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  columns: columns.EVENT_COLUMNS,
  fields: {},
  selectableFields: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (f) => `involvedObject.${f}`,
    ),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
});
export const SERVICE_ACCOUNTS = kind({
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
  shortNames: ['sa'],
  subresources: {
    token: { verbs: ['create'], type: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } },
  },
  columns: columns.SERVICE_ACCOUNT_COLUMNS,
  fields: { '': ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'] },
});
export const JOBS = kind({
  group: 'batch',
  plural: 'jobs',
  kind: 'Job',
  namespaced: true,
  categories: ['all'],
  generation: true,
  columns: columns.JOB_COLUMNS,
  fields: {
    '': ['spec', 'status'],
    spec: [
      'activeDeadlineSeconds',
      'backoffLimit',
      'backoffLimitPerIndex',
      'completionMode',
      'completions',
      'managedBy',
      'manualSelector',
      'maxFailedIndexes',
      'parallelism',
      'podFailurePolicy',
      'podReplacementPolicy',
      'selector',
      'successPolicy',
      'suspend',
      'template',
      'ttlSecondsAfterFinished',
    ],
    'spec.template': ['metadata', 'spec'],
    ...podSpecFields('spec.template.spec'),
  },
  immutable: { 'spec.template': 'field is immutable', 'spec.selector': 'field is immutable' },
  admit: admitJob,
});
/** Only stored: its schedule starts no jobs. */
const CRON_JOBS = kind({
  group: 'batch',
  plural: 'cronjobs',
  kind: 'CronJob',
  namespaced: true,
  shortNames: ['cj'],
  categories: ['all'],
  generation: true,
  columns: columns.NAMED_AND_AGED,
  fields: {
    '': ['spec', 'status'],
    spec: [
      'concurrencyPolicy',
      'failedJobsHistoryLimit',
      'jobTemplate',
      'schedule',
      'startingDeadlineSeconds',
      'successfulJobsHistoryLimit',
      'suspend',
      'timeZone',
    ],
    ...podSpecFields('spec.jobTemplate.spec.template.spec'),
  },
});

export const ROLES = kind({
  ...rbac,
  plural: 'roles',
  kind: 'Role',
  namespaced: true,
  columns: columns.CREATED,
  fields: { '': ['rules'] },
});
export const CLUSTER_ROLES = kind({
  ...rbac,
  plural: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
  columns: columns.CREATED,
  fields: { '': ['rules', 'aggregationRule'] },
});
export const ROLE_BINDINGS = kind({
  ...rbac,
  plural: 'rolebindings',
  kind: 'RoleBinding',
  namespaced: true,
  columns: columns.BINDING_COLUMNS,
  fields: { '': ['roleRef', 'subjects'] },
  immutable: { roleRef: 'cannot change roleRef' },
});
export const CLUSTER_ROLE_BINDINGS = kind({
  ...rbac,
  plural: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
  columns: columns.BINDING_COLUMNS,
  fields: { '': ['roleRef', 'subjects'] },
  immutable: { roleRef: 'cannot change roleRef' },
});
export const CRDS = kind({
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  verbs: ['get', 'list', 'watch'],
  columns: columns.CREATED,
  fields: { '': ['spec', 'status'] },
});

export const KUBEVIRTS = kind({
  ...kubevirt,
  plural: 'kubevirts',
  kind: 'KubeVirt',
  shortNames: ['kv', 'kvs'],
  columns: columns.KUBEVIRT_COLUMNS,
  fields: { '': ['spec', 'status'] },
});
export const VMIS = kind({
  ...kubevirt,
  plural: 'virtualmachineinstances',
  kind: 'VirtualMachineInstance',
  shortNames: ['vmi', 'vmis'],
  columns: columns.VMI_COLUMNS,
  fields: VMI_FIELDS,
  ordinaryStatus: true,
  admit: admitVmi,
  admitUpdate: admitVmiUpdate,
});
export const MIGRATIONS = kind({
  ...kubevirt,
  plural: 'virtualmachineinstancemigrations',
  kind: 'VirtualMachineInstanceMigration',
  shortNames: ['vmim', 'vmims'],
  columns: columns.MIGRATION_COLUMNS,
  fields: { '': ['spec', 'status'], spec: ['addedNodeSelector', 'priority', 'receive', 'sendTo', 'vmiName'] },
  admit: (migration, _kind, existing) =>
    admitMigration(
      migration,
      existing.get(VMIS, migration.metadata.namespace, vmiNameOf(migration)),
      existing.list(MIGRATIONS, migration.metadata.namespace),
    ),
  admitUpdate: admitMigrationUpdate,
});
export const NADS = kind({
  group: 'k8s.cni.cncf.io',
  plural: 'network-attachment-definitions',
  singular: 'network-attachment-definition',
  kind: 'NetworkAttachmentDefinition',
  namespaced: true,
  shortNames: ['net-attach-def'],
  custom: true,
  generation: true,
  columns: columns.NAMED_AND_AGED,
  fields: { '': ['spec'], spec: ['config'] },
  admit: admitNad,
});

/** Identifies OpenShift. */
export const CLUSTER_VERSIONS = kind({
  group: 'config.openshift.io',
  plural: 'clusterversions',
  kind: 'ClusterVersion',
  namespaced: false,
  custom: true,
  columns: columns.NAMED_AND_AGED,
  fields: { '': ['spec', 'status'] },
});

export const ALL_KINDS: readonly Kind[] = [
  NAMESPACES,
  NODES,
  PODS,
  CONFIG_MAPS,
  SECRETS,
  PERSISTENT_VOLUME_CLAIMS,
  EVENTS,
  SERVICE_ACCOUNTS,
  JOBS,
  CRON_JOBS,
  ROLES,
  CLUSTER_ROLES,
  ROLE_BINDINGS,
  CLUSTER_ROLE_BINDINGS,
  CRDS,
  KUBEVIRTS,
  VMIS,
  MIGRATIONS,
  NADS,
  CLUSTER_VERSIONS,
];
