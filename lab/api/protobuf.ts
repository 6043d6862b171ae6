// SPDX-License-Identifier: Apache-2.0
import protobuf from 'protobufjs';
import { isObject, type Json, type JsonObject } from '../store/json.ts';

/**
 * The types that kubectl sends only as protobuf: the objects of `auth can-i` and of `create configmap | namespace | role | …`.
 * Field numbers are those of Kubernetes' generated.proto files.
 */

/**
 * How a message is written below: [number, type] per field; `x[]` is a list, `{}` a map of texts, `{x}` a map of x.
 * `x?` is a pointer in Go: false and 0 are values. Without `?`, Go writes them for an absent value, and JSON omits them.
 * Ignored is what the server sets, whatever a client sends.
 */
const MESSAGES: Record<string, Record<string, [number, string]>> = {
  Unknown: { typeMeta: [1, 'TypeMeta'], raw: [2, 'bytes'], contentEncoding: [3, 'string'], contentType: [4, 'string'] },
  TypeMeta: { apiVersion: [1, 'string'], kind: [2, 'string'] },
  Ignored: {},
  Quantity: { string: [1, 'string'] },
  OwnerReference: {
    kind: [1, 'string'],
    name: [3, 'string'],
    uid: [4, 'string'],
    apiVersion: [5, 'string'],
    controller: [6, 'bool?'],
    blockOwnerDeletion: [7, 'bool?'],
  },
  ObjectMeta: {
    name: [1, 'string'],
    generateName: [2, 'string'],
    namespace: [3, 'string'],
    selfLink: [4, 'string'],
    uid: [5, 'string'],
    resourceVersion: [6, 'string'],
    generation: [7, 'int64'],
    creationTimestamp: [8, 'Ignored'],
    labels: [11, '{}'],
    annotations: [12, '{}'],
    ownerReferences: [13, 'OwnerReference[]'],
    finalizers: [14, 'string[]'],
  },
  ConfigMap: { metadata: [1, 'ObjectMeta'], data: [2, '{}'], binaryData: [3, '{bytes}'], immutable: [4, 'bool?'] },
  Secret: {
    metadata: [1, 'ObjectMeta'],
    data: [2, '{bytes}'],
    type: [3, 'string'],
    stringData: [4, '{}'],
    immutable: [5, 'bool?'],
  },
  Preconditions: { uid: [1, 'string'], resourceVersion: [2, 'string'] },
  DeleteOptions: {
    gracePeriodSeconds: [1, 'int64?'],
    preconditions: [2, 'Preconditions'],
    orphanDependents: [3, 'bool?'],
    propagationPolicy: [4, 'string'],
    dryRun: [5, 'string[]'],
  },
  LocalObjectReference: { name: [1, 'string'] },
  ObjectFieldSelector: { apiVersion: [1, 'string'], fieldPath: [2, 'string'] },
  KeySelector: { localObjectReference: [1, 'LocalObjectReference'], key: [2, 'string'], optional: [3, 'bool?'] },
  ResourceFieldSelector: { containerName: [1, 'string'], resource: [2, 'string'], divisor: [3, 'Quantity'] },
  EnvVarSource: {
    fieldRef: [1, 'ObjectFieldSelector'],
    resourceFieldRef: [2, 'ResourceFieldSelector'],
    configMapKeyRef: [3, 'KeySelector'],
    secretKeyRef: [4, 'KeySelector'],
  },
  EnvVar: { name: [1, 'string'], value: [2, 'string'], valueFrom: [3, 'EnvVarSource'] },
  EnvSource: { localObjectReference: [1, 'LocalObjectReference'], optional: [2, 'bool?'] },
  EnvFromSource: { prefix: [1, 'string'], configMapRef: [2, 'EnvSource'], secretRef: [3, 'EnvSource'] },
  VolumeMount: {
    name: [1, 'string'],
    readOnly: [2, 'bool'],
    mountPath: [3, 'string'],
    subPath: [4, 'string'],
    mountPropagation: [5, 'string'],
    subPathExpr: [6, 'string'],
    recursiveReadOnly: [7, 'string'],
  },
  KeyToPath: { key: [1, 'string'], path: [2, 'string'], mode: [3, 'int32?'] },
  EmptyDirVolumeSource: { medium: [1, 'string'], sizeLimit: [2, 'Quantity'] },
  SecretVolumeSource: {
    secretName: [1, 'string'],
    items: [2, 'KeyToPath[]'],
    defaultMode: [3, 'int32?'],
    optional: [4, 'bool?'],
  },
  PersistentVolumeClaimVolumeSource: { claimName: [1, 'string'], readOnly: [2, 'bool'] },
  ConfigMapVolumeSource: {
    localObjectReference: [1, 'LocalObjectReference'],
    items: [2, 'KeyToPath[]'],
    defaultMode: [3, 'int32?'],
    optional: [4, 'bool?'],
  },
  VolumeSource: {
    emptyDir: [2, 'EmptyDirVolumeSource'],
    secret: [6, 'SecretVolumeSource'],
    persistentVolumeClaim: [10, 'PersistentVolumeClaimVolumeSource'],
    configMap: [19, 'ConfigMapVolumeSource'],
  },
  Volume: { name: [1, 'string'], volumeSource: [2, 'VolumeSource'] },
  ContainerPort: {
    name: [1, 'string'],
    hostPort: [2, 'int32'],
    containerPort: [3, 'int32'],
    protocol: [4, 'string'],
    hostIP: [5, 'string'],
  },
  ResourceRequirements: { limits: [1, '{Quantity}'], requests: [2, '{Quantity}'] },
  Capabilities: { add: [1, 'string[]'], drop: [2, 'string[]'] },
  SELinuxOptions: { user: [1, 'string'], role: [2, 'string'], type: [3, 'string'], level: [4, 'string'] },
  Profile: { type: [1, 'string'], localhostProfile: [2, 'string'] },
  SecurityContext: {
    capabilities: [1, 'Capabilities'],
    privileged: [2, 'bool?'],
    seLinuxOptions: [3, 'SELinuxOptions'],
    runAsUser: [4, 'int64?'],
    runAsNonRoot: [5, 'bool?'],
    readOnlyRootFilesystem: [6, 'bool?'],
    allowPrivilegeEscalation: [7, 'bool?'],
    runAsGroup: [8, 'int64?'],
    procMount: [9, 'string'],
    seccompProfile: [11, 'Profile'],
    appArmorProfile: [12, 'Profile'],
  },
  PodSecurityContext: {
    seLinuxOptions: [1, 'SELinuxOptions'],
    runAsUser: [2, 'int64?'],
    runAsNonRoot: [3, 'bool?'],
    supplementalGroups: [4, 'int64[]'],
    fsGroup: [5, 'int64?'],
    runAsGroup: [6, 'int64?'],
    fsGroupChangePolicy: [9, 'string'],
    seccompProfile: [10, 'Profile'],
    appArmorProfile: [11, 'Profile'],
    supplementalGroupsPolicy: [12, 'string'],
    seLinuxChangePolicy: [13, 'string'],
  },
  Container: {
    name: [1, 'string'],
    image: [2, 'string'],
    command: [3, 'string[]'],
    args: [4, 'string[]'],
    workingDir: [5, 'string'],
    ports: [6, 'ContainerPort[]'],
    env: [7, 'EnvVar[]'],
    resources: [8, 'ResourceRequirements'],
    volumeMounts: [9, 'VolumeMount[]'],
    terminationMessagePath: [13, 'string'],
    imagePullPolicy: [14, 'string'],
    securityContext: [15, 'SecurityContext'],
    stdin: [16, 'bool'],
    stdinOnce: [17, 'bool'],
    tty: [18, 'bool'],
    envFrom: [19, 'EnvFromSource[]'],
    terminationMessagePolicy: [20, 'string'],
    restartPolicy: [24, 'string'],
  },
  Toleration: {
    key: [1, 'string'],
    operator: [2, 'string'],
    value: [3, 'string'],
    effect: [4, 'string'],
    tolerationSeconds: [5, 'int64?'],
  },
  PodSpec: {
    volumes: [1, 'Volume[]'],
    containers: [2, 'Container[]'],
    restartPolicy: [3, 'string'],
    terminationGracePeriodSeconds: [4, 'int64?'],
    activeDeadlineSeconds: [5, 'int64?'],
    dnsPolicy: [6, 'string'],
    nodeSelector: [7, '{}'],
    serviceAccountName: [8, 'string'],
    serviceAccount: [9, 'string'],
    nodeName: [10, 'string'],
    hostNetwork: [11, 'bool'],
    hostPID: [12, 'bool'],
    hostIPC: [13, 'bool'],
    securityContext: [14, 'PodSecurityContext'],
    imagePullSecrets: [15, 'LocalObjectReference[]'],
    hostname: [16, 'string'],
    subdomain: [17, 'string'],
    schedulerName: [19, 'string'],
    initContainers: [20, 'Container[]'],
    automountServiceAccountToken: [21, 'bool?'],
    tolerations: [22, 'Toleration[]'],
    priorityClassName: [24, 'string'],
    priority: [25, 'int32?'],
    shareProcessNamespace: [27, 'bool?'],
    runtimeClassName: [29, 'string'],
    enableServiceLinks: [30, 'bool?'],
    preemptionPolicy: [31, 'string'],
    hostUsers: [37, 'bool?'],
  },
  PodTemplateSpec: { metadata: [1, 'ObjectMeta'], spec: [2, 'PodSpec'] },
  LabelSelectorRequirement: { key: [1, 'string'], operator: [2, 'string'], values: [3, 'string[]'] },
  LabelSelector: { matchLabels: [1, '{}'], matchExpressions: [2, 'LabelSelectorRequirement[]'] },
  ExitCodesRequirement: { containerName: [1, 'string'], operator: [2, 'string'], values: [3, 'int32[]'] },
  PodConditionsPattern: { type: [1, 'string'], status: [2, 'string'] },
  PodFailurePolicyRule: {
    action: [1, 'string'],
    onExitCodes: [2, 'ExitCodesRequirement'],
    onPodConditions: [3, 'PodConditionsPattern[]'],
  },
  PodFailurePolicy: { rules: [1, 'PodFailurePolicyRule[]'] },
  JobSpec: {
    parallelism: [1, 'int32?'],
    completions: [2, 'int32?'],
    activeDeadlineSeconds: [3, 'int64?'],
    selector: [4, 'LabelSelector'],
    manualSelector: [5, 'bool?'],
    template: [6, 'PodTemplateSpec'],
    backoffLimit: [7, 'int32?'],
    ttlSecondsAfterFinished: [8, 'int32?'],
    completionMode: [9, 'string'],
    suspend: [10, 'bool?'],
    podFailurePolicy: [11, 'PodFailurePolicy'],
    backoffLimitPerIndex: [12, 'int32?'],
    maxFailedIndexes: [13, 'int32?'],
    podReplacementPolicy: [14, 'string'],
  },
  Job: { metadata: [1, 'ObjectMeta'], spec: [2, 'JobSpec'], status: [3, 'Ignored'] },
  NamespaceSpec: { finalizers: [1, 'string[]'] },
  Namespace: { metadata: [1, 'ObjectMeta'], spec: [2, 'NamespaceSpec'], status: [3, 'Ignored'] },
  ServiceAccount: { metadata: [1, 'ObjectMeta'], automountServiceAccountToken: [4, 'bool?'] },
  TokenRequestSpec: { audiences: [1, 'string[]'], expirationSeconds: [4, 'int64?'] },
  TokenRequest: { metadata: [1, 'ObjectMeta'], spec: [2, 'TokenRequestSpec'], status: [3, 'Ignored'] },
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
  SelfSubjectAccessReview: {
    metadata: [1, 'ObjectMeta'],
    spec: [2, 'SelfSubjectAccessReviewSpec'],
    status: [3, 'Ignored'],
  },
  SelfSubjectRulesReviewSpec: { namespace: [1, 'string'] },
  SelfSubjectRulesReview: {
    metadata: [1, 'ObjectMeta'],
    spec: [2, 'SelfSubjectRulesReviewSpec'],
    status: [3, 'Ignored'],
  },
  SelfSubjectReview: { metadata: [1, 'ObjectMeta'], status: [2, 'Ignored'] },
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

/** The messages whose fields JSON has in place of the field itself. */
const INLINED = ['volumeSource', 'localObjectReference'];

function descriptor(id: number, type: string): protobuf.IField | protobuf.IMapField {
  if (type.startsWith('{')) return { id, keyType: 'string', type: type.slice(1, -1) || 'string' };
  if (type.endsWith('?')) return { id, type: type.slice(0, -1), options: { features: { field_presence: 'EXPLICIT' } } };
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
  const object = decode(kind, Buffer.from(typeof raw === 'string' ? raw : '', 'base64'));
  return { metadata: {}, ...object, apiVersion, kind };
}

function decode(name: string, data: Uint8Array): JsonObject {
  const type = root.lookupType(name);
  const reader = protobuf.Reader.create(data);
  reader.discardUnknown = false;
  return messageJson(type, type.decode(reader));
}

/** Throws on a field that is not in MESSAGES: without it, the object would be another one. */
function messageJson(type: protobuf.Type, message: protobuf.Message): JsonObject {
  const [unknown] = message.$unknowns ?? [];
  if (unknown)
    throw new Error(`the lab does not know field ${protobuf.Reader.create(unknown).uint32() >>> 3} of ${type.name}`);
  const values = new Map<string, unknown>(Object.entries(message));
  return Object.fromEntries(
    type.fieldsArray
      .filter((field) => values.has(field.name) && field.type !== 'Ignored')
      .flatMap((field): [string, Json][] => {
        const json = fieldJson(field, values.get(field.name));
        return INLINED.includes(field.name) && isObject(json)
          ? Object.entries(json as Record<string, Json>)
          : [[field.name, json]];
      }),
  );
}

function fieldJson(field: protobuf.Field, value: unknown): Json {
  if (Array.isArray(value)) return value.map((item) => valueJson(field, item));
  if (!field.map) return valueJson(field, value);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, valueJson(field, item)]));
}

function valueJson({ type, resolvedType }: protobuf.Field, value: unknown): Json {
  if (resolvedType instanceof protobuf.Type) {
    const object = messageJson(resolvedType, value as protobuf.Message);
    return type === 'Quantity' ? (object['string'] ?? '') : object;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  // An int64 is an object.
  return typeof value === 'object' ? Number(value) : (value as Json);
}
