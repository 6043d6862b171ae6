/**
 * The fields of a VMI as far as a manifest of the checkup could misspell them (KubeVirt's API v1, release 1.9). What is not
 * listed here is refused or dropped with a warning, as the server does with fields its schema lacks.
 */
export const VMI_FIELDS: Record<string, readonly string[]> = {
  '': ['spec', 'status'],
  spec: [
    ...[
      'accessCredentials',
      'affinity',
      'architecture',
      'dnsConfig',
      'dnsPolicy',
      'domain',
      'evictionStrategy',
      'hostname',
    ],
    ...['livenessProbe', 'networks', 'nodeSelector', 'priorityClassName', 'readinessProbe', 'resourceClaims'],
    ...['schedulerName', 'startStrategy', 'subdomain', 'terminationGracePeriodSeconds', 'tolerations'],
    ...['topologySpreadConstraints', 'utilityVolumes', 'volumes'],
  ],
  'spec.affinity': ['nodeAffinity', 'podAffinity', 'podAntiAffinity'],
  'spec.domain': [
    ...['chassis', 'clock', 'cpu', 'devices', 'features', 'firmware', 'ioThreads', 'ioThreadsPolicy', 'launchSecurity'],
    ...['machine', 'memory', 'rebootPolicy', 'resources'],
  ],
  'spec.domain.devices': [
    ...['autoattachGraphicsDevice', 'autoattachInputDevice', 'autoattachMemBalloon', 'autoattachPodInterface'],
    ...[
      'autoattachSerialConsole',
      'autoattachVSOCK',
      'blockMultiQueue',
      'clientPassthrough',
      'disableHotplug',
      'disks',
    ],
    ...['downwardMetrics', 'filesystems', 'gpus', 'hostDevices', 'inputs', 'interfaces', 'logSerialConsole'],
    ...[
      'networkInterfaceMultiqueue',
      'panicDevices',
      'rng',
      'sound',
      'tpm',
      'useVirtioTransitional',
      'video',
      'watchdog',
    ],
  ],
  'spec.domain.devices.interfaces[]': [
    ...[
      'acpiIndex',
      'binding',
      'bootOrder',
      'bridge',
      'dhcpOptions',
      'macAddress',
      'macvtap',
      'masquerade',
      'model',
      'name',
    ],
    ...['passt', 'passtBinding', 'pciAddress', 'ports', 'slirp', 'sriov', 'state', 'tag'],
  ],
  'spec.networks[]': ['multus', 'name', 'pod'],
  'spec.networks[].multus': ['default', 'networkName'],
  'spec.volumes[]': [
    ...['cloudInitConfigDrive', 'cloudInitNoCloud', 'configMap', 'containerDisk', 'containerPath', 'dataVolume'],
    ...['downwardAPI', 'downwardMetrics', 'emptyDisk', 'ephemeral', 'hostDisk', 'memoryDump', 'name'],
    ...['persistentVolumeClaim', 'secret', 'serviceAccount', 'sysprep'],
  ],
};
