// SPDX-License-Identifier: Apache-2.0
import protobuf from 'protobufjs';
import { isObject, type Json, type JsonObject } from '../store/json.ts';

/**
 * The types that kubectl sends only as protobuf: the objects of `auth can-i` and of `create configmap | namespace | role | …`.
 * Field numbers are those of Kubernetes' generated.proto files.
 */

/** How a message is written below: [number, type] per field; `x[]` is a list, `{}` a map of texts. */
const MESSAGES: Record<string, Record<string, [number, string]>> = {
  Unknown: { typeMeta: [1, 'TypeMeta'], raw: [2, 'bytes'] },
  TypeMeta: { apiVersion: [1, 'string'], kind: [2, 'string'] },
  Time: { seconds: [1, 'int64'], nanos: [2, 'int32'] },
  OwnerReference: {
    kind: [1, 'string'],
    name: [3, 'string'],
    uid: [4, 'string'],
    apiVersion: [5, 'string'],
    controller: [6, 'bool'],
    blockOwnerDeletion: [7, 'bool'],
  },
  ObjectMeta: {
    name: [1, 'string'],
    generateName: [2, 'string'],
    namespace: [3, 'string'],
    uid: [5, 'string'],
    resourceVersion: [6, 'string'],
    generation: [7, 'int64'],
    creationTimestamp: [8, 'Time'],
    labels: [11, '{}'],
    annotations: [12, '{}'],
    ownerReferences: [13, 'OwnerReference[]'],
    finalizers: [14, 'string[]'],
  },
  ConfigMap: { metadata: [1, 'ObjectMeta'], data: [2, '{}'], binaryData: [3, '{bytes}'], immutable: [4, 'bool'] },
  Secret: {
    metadata: [1, 'ObjectMeta'],
    data: [2, '{bytes}'],
    type: [3, 'string'],
    stringData: [4, '{}'],
    immutable: [5, 'bool'],
  },
  Preconditions: { uid: [1, 'string'], resourceVersion: [2, 'string'] },
  DeleteOptions: {
    gracePeriodSeconds: [1, 'int64'],
    preconditions: [2, 'Preconditions'],
    propagationPolicy: [4, 'string'],
    dryRun: [5, 'string[]'],
  },
  ObjectFieldSelector: { apiVersion: [1, 'string'], fieldPath: [2, 'string'] },
  EnvVarSource: { fieldRef: [1, 'ObjectFieldSelector'] },
  EnvVar: { name: [1, 'string'], value: [2, 'string'], valueFrom: [3, 'EnvVarSource'] },
  VolumeMount: {
    name: [1, 'string'],
    readOnly: [2, 'bool'],
    mountPath: [3, 'string'],
    subPath: [4, 'string'],
    subPathExpr: [6, 'string'],
  },
  EmptyDirVolumeSource: { medium: [1, 'string'] },
  SecretVolumeSource: { secretName: [1, 'string'], defaultMode: [3, 'int32'], optional: [4, 'bool'] },
  PersistentVolumeClaimVolumeSource: { claimName: [1, 'string'], readOnly: [2, 'bool'] },
  VolumeSource: {
    emptyDir: [2, 'EmptyDirVolumeSource'],
    secret: [6, 'SecretVolumeSource'],
    persistentVolumeClaim: [10, 'PersistentVolumeClaimVolumeSource'],
  },
  Volume: { name: [1, 'string'], volumeSource: [2, 'VolumeSource'] },
  Container: {
    name: [1, 'string'],
    image: [2, 'string'],
    command: [3, 'string[]'],
    args: [4, 'string[]'],
    workingDir: [5, 'string'],
    env: [7, 'EnvVar[]'],
    volumeMounts: [9, 'VolumeMount[]'],
    imagePullPolicy: [14, 'string'],
  },
  PodSpec: {
    volumes: [1, 'Volume[]'],
    containers: [2, 'Container[]'],
    restartPolicy: [3, 'string'],
    serviceAccountName: [8, 'string'],
    terminationGracePeriodSeconds: [4, 'int64'],
  },
  PodTemplateSpec: { metadata: [1, 'ObjectMeta'], spec: [2, 'PodSpec'] },
  JobSpec: {
    parallelism: [1, 'int32'],
    completions: [2, 'int32'],
    activeDeadlineSeconds: [3, 'int64'],
    template: [6, 'PodTemplateSpec'],
    backoffLimit: [7, 'int32'],
    ttlSecondsAfterFinished: [8, 'int32'],
  },
  Job: { metadata: [1, 'ObjectMeta'], spec: [2, 'JobSpec'] },
  NamespaceSpec: { finalizers: [1, 'string[]'] },
  Namespace: { metadata: [1, 'ObjectMeta'], spec: [2, 'NamespaceSpec'] },
  ServiceAccount: { metadata: [1, 'ObjectMeta'], automountServiceAccountToken: [4, 'bool'] },
  TokenRequestSpec: { audiences: [1, 'string[]'], expirationSeconds: [4, 'int64'] },
  TokenRequest: { metadata: [1, 'ObjectMeta'], spec: [2, 'TokenRequestSpec'] },
  PolicyRule: {
    verbs: [1, 'string[]'],
    apiGroups: [2, 'string[]'],
    resources: [3, 'string[]'],
    resourceNames: [4, 'string[]'],
    nonResourceURLs: [5, 'string[]'],
  },
  Role: { metadata: [1, 'ObjectMeta'], rules: [2, 'PolicyRule[]'] },
  ClusterRole: { metadata: [1, 'ObjectMeta'], rules: [2, 'PolicyRule[]'] },
  Subject: { kind: [1, 'string'], apiGroup: [2, 'string'], name: [3, 'string'], namespace: [4, 'string'] },
  RoleRef: { apiGroup: [1, 'string'], kind: [2, 'string'], name: [3, 'string'] },
  RoleBinding: { metadata: [1, 'ObjectMeta'], subjects: [2, 'Subject[]'], roleRef: [3, 'RoleRef'] },
  ClusterRoleBinding: { metadata: [1, 'ObjectMeta'], subjects: [2, 'Subject[]'], roleRef: [3, 'RoleRef'] },
  ResourceAttributes: {
    namespace: [1, 'string'],
    verb: [2, 'string'],
    group: [3, 'string'],
    version: [4, 'string'],
    resource: [5, 'string'],
    subresource: [6, 'string'],
    name: [7, 'string'],
  },
  NonResourceAttributes: { path: [1, 'string'], verb: [2, 'string'] },
  SelfSubjectAccessReviewSpec: {
    resourceAttributes: [1, 'ResourceAttributes'],
    nonResourceAttributes: [2, 'NonResourceAttributes'],
  },
  SelfSubjectAccessReview: { metadata: [1, 'ObjectMeta'], spec: [2, 'SelfSubjectAccessReviewSpec'] },
  SelfSubjectRulesReviewSpec: { namespace: [1, 'string'] },
  SelfSubjectRulesReview: { metadata: [1, 'ObjectMeta'], spec: [2, 'SelfSubjectRulesReviewSpec'] },
  SelfSubjectReview: { metadata: [1, 'ObjectMeta'] },
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(Object.entries(fields).map(([field, [id, type]]) => [field, descriptor(id, type)])),
      },
    ]),
  ),
});

function descriptor(id: number, type: string): protobuf.IField | protobuf.IMapField {
  if (type.startsWith('{')) return { id, keyType: 'string', type: type.slice(1, -1) || 'string' };
  return type.endsWith('[]') ? { id, type: type.slice(0, -2), rule: 'repeated' } : { id, type };
}

const MAGIC = Buffer.from('k8s\0');

/** The object in a Kubernetes protobuf envelope; undefined where the lab does not know its type. Throws on a broken one. */
export function decodeProtobuf(data: Buffer): JsonObject | undefined {
  if (!data.subarray(0, MAGIC.length).equals(MAGIC))
    throw new Error('provided data does not appear to be a protobuf message');
  const { typeMeta, raw } = decode('Unknown', data.subarray(MAGIC.length));
  if (!isObject(typeMeta)) throw new Error('the envelope names no type');
  const { apiVersion, kind } = typeMeta;
  if (typeof kind !== 'string' || !(kind in MESSAGES)) return undefined;
  const { metadata, ...object } = decode(kind, Buffer.from(typeof raw === 'string' ? raw : '', 'base64'));
  return { apiVersion, kind, metadata: withoutEmpty(isObject(metadata) ? metadata : {}), ...withoutEmpty(object) };
}

function decode(name: string, data: Uint8Array): JsonObject {
  const type = root.lookupType(name);
  return type.toObject(type.decode(data), { longs: Number, bytes: String });
}

/** Go encodes empty texts and unset times; JSON omits them. Clients cannot set times. */
function withoutEmpty(object: JsonObject): JsonObject {
  const kept = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    if (value === undefined || value === '' || key === 'creationTimestamp') return [];
    if (Array.isArray(value)) return [[key, value.map((item) => (isObject(item) ? withoutEmpty(item) : item))]];
    // Inlined in JSON.
    if (key === 'volumeSource' && isObject(value)) return Object.entries(withoutEmpty(value) as Record<string, Json>);
    return [[key, isObject(value) && key !== 'data' ? withoutEmpty(value) : value]];
  });
  return Object.fromEntries(kept);
}
