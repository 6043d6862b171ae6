/** The fields of a pod's spec (Kubernetes' core/v1, release 1.36), down to where a manifest of the checkup could misspell them. */
const POD_SPEC_FIELDS: Record<string, readonly string[]> = {
  '': [
    ...['activeDeadlineSeconds', 'affinity', 'automountServiceAccountToken', 'containers', 'dnsConfig', 'dnsPolicy'],
    ...['enableServiceLinks', 'ephemeralContainers', 'hostAliases', 'hostIPC', 'hostNetwork', 'hostPID', 'hostUsers'],
    ...[
      'hostname',
      'hostnameOverride',
      'imagePullSecrets',
      'initContainers',
      'nodeName',
      'nodeSelector',
      'os',
      'overhead',
    ],
    ...['preemptionPolicy', 'priority', 'priorityClassName', 'readinessGates', 'resourceClaims', 'resources'],
    ...['restartPolicy', 'runtimeClassName', 'schedulerName', 'schedulingGates', 'securityContext', 'serviceAccount'],
    ...[
      'serviceAccountName',
      'setHostnameAsFQDN',
      'shareProcessNamespace',
      'subdomain',
      'terminationGracePeriodSeconds',
    ],
    ...['tolerations', 'topologySpreadConstraints', 'volumes', 'workloadRef'],
  ],
  'containers[]': [
    ...['args', 'command', 'env', 'envFrom', 'image', 'imagePullPolicy', 'lifecycle', 'livenessProbe', 'name', 'ports'],
    ...['readinessProbe', 'resizePolicy', 'resources', 'restartPolicy', 'restartPolicyRules', 'securityContext'],
    ...[
      'startupProbe',
      'stdin',
      'stdinOnce',
      'terminationMessagePath',
      'terminationMessagePolicy',
      'tty',
      'volumeDevices',
    ],
    ...['volumeMounts', 'workingDir'],
  ],
  'containers[].env[]': ['name', 'value', 'valueFrom'],
  'containers[].env[].valueFrom': ['configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'],
};

/** The same under another path, such as `spec.template.spec`. */
export function podSpecFields(path: string): Record<string, readonly string[]> {
  const entries = Object.entries(POD_SPEC_FIELDS);
  return Object.fromEntries(entries.map(([below, names]) => [below === '' ? path : `${path}.${below}`, names]));
}
