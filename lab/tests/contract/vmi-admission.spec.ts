// SPDX-License-Identifier: Apache-2.0
/** The defaults and refusals of KubeVirt's webhooks. */
import type { JsonObject } from '../../store/json.ts';
import { REVISION, SOME_TEXT, TIME, UUID, VMIS, refused, type Answer } from './bodies.ts';
import { contract } from './case.ts';
import { UNTAGGED_IMAGE, domain, post, vmi } from './vmis.ts';

const ONE = `${VMIS}/{name}`;
const NETWORK = { name: 'net0', macAddress: '02:00:00:00:00:01' };
const LONG = 'a'.repeat(64);

interface Cause extends JsonObject {
  message: string;
}

/** Returns the refusal with every cause, with or without a field. */
function denied(webhook: string, causes: Cause[]): Answer {
  const reasons = causes.map(({ message }) => message).join(', ');
  const message = `admission webhook "virtualmachineinstances-${webhook}.kubevirt.io" denied the request: ${reasons}`;
  return refused(422, 'Invalid', message, { causes });
}

const malformed = (...messages: string[]) =>
  denied(
    'mutator',
    messages.map((message) => ({ message })),
  );
const invalid = (...causes: Cause[]) => denied('create-validator', causes);
const cause = (field: string, message: string, reason = 'FieldValueInvalid') => ({ reason, message, field });

const INTERFACE = 'spec.domain.devices.interfaces[0]';
const noNetwork = (name: string) => cause(`${INTERFACE}.name`, `${INTERFACE}.name '${name}' not found.`);
const NO_INTERFACE = cause('spec.networks[0].name', "spec.networks[0].name 'net0' not found.", 'FieldValueRequired');
const NO_VOLUME = cause('spec.domain.devices.disks[0].name', "spec.domain.devices.disks[0].Name 'disk0' not found.");
const BAD_MAC = cause(`${INTERFACE}.macAddress`, `interface ${INTERFACE}.name has malformed MAC address (zz:zz).`);
const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

const ADMITTED = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachineInstance',
  metadata: {
    name: '{name}',
    namespace: '{ns}',
    uid: UUID,
    creationTimestamp: TIME,
    generation: 1,
    annotations: { 'kubevirt.io/pci-topology-version': SOME_TEXT },
    finalizers: ['kubevirt.io/foregroundDeleteVirtualMachine'],
  },
  spec: {
    architecture: SOME_TEXT,
    domain: {
      cpu: { cores: 1, sockets: 1, threads: 1, model: SOME_TEXT },
      devices: {
        disks: [{ disk: { bus: 'virtio' }, name: 'disk0' }],
        interfaces: [{ ...NETWORK, bridge: {} }],
        rng: {},
      },
      features: { acpi: { enabled: true } },
      firmware: { uuid: UUID },
      machine: { type: SOME_TEXT },
      memory: { guest: '128Mi' },
      resources: { requests: { memory: '128Mi' } },
    },
    evictionStrategy: SOME_TEXT,
    networks: [{ multus: { networkName: '{ns}/no-such-network' }, name: 'net0' }],
    terminationGracePeriodSeconds: 0,
    volumes: [{ containerDisk: { image: UNTAGGED_IMAGE, imagePullPolicy: 'Always' }, name: 'disk0' }],
  },
  status: {
    currentCPUTopology: { cores: 1, sockets: 1, threads: 1 },
    guestOSInfo: {},
    memory: { guestAtBoot: '128Mi', guestCurrent: '128Mi', guestRequested: '128Mi' },
    phase: 'Pending',
    phaseTransitionTimestamps: [{ phase: 'Pending', phaseTransitionTimestamp: TIME }],
    runtimeUser: 107,
  },
};
const untagged = vmi({}, { volumes: [{ name: 'disk0', containerDisk: { image: UNTAGGED_IMAGE } }] });

contract('vmi', [
  {
    title: '60 POST with the checkup role: 201 with the defaults, Pending',
    needs: 'kubevirt',
    request: { ...post(untagged), as: 'checkup' },
    answer: { status: 201, like: { ...ADMITTED, metadata: { ...ADMITTED.metadata, resourceVersion: REVISION } } },
  },
  {
    title: '60 POST as a dry run: the same defaults, and no object is created',
    needs: 'kubevirt',
    request: post(untagged, '?dryRun=All'),
    answer: { status: 201, like: ADMITTED },
    then: [{ request: { path: ONE }, answer: { status: 404 } }],
  },
  {
    title: '61 POST of an existing name: 409 AlreadyExists',
    needs: 'kubevirt',
    given: [vmi()],
    request: post(vmi()),
    answer: refused(409, 'AlreadyExists', 'virtualmachineinstances.kubevirt.io "{name}" already exists', {
      name: '{name}',
      group: 'kubevirt.io',
      kind: 'virtualmachineinstances',
    }),
  },
  {
    title: '62 a string instead of a number: 422 from the mutating webhook',
    needs: 'kubevirt',
    request: post(vmi({}, { terminationGracePeriodSeconds: 'abc' })),
    answer: malformed('spec.terminationGracePeriodSeconds in body must be of type integer: "string"'),
  },
  {
    title: '63 no domain: 422',
    needs: 'kubevirt',
    request: post(vmi({}, { domain: undefined })),
    answer: malformed('spec.domain in body is required'),
  },
  {
    title: '63b no spec: 422 with two causes',
    needs: 'kubevirt',
    request: post({ ...vmi(), spec: undefined }),
    answer: malformed('spec in body is required', 'spec in body must be of type object: "null"'),
  },
  {
    title: '63c a node affinity without terms: 422',
    needs: 'kubevirt',
    request: post(vmi({}, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } })),
    answer: malformed(`spec.${TERMS} in body is required`),
  },
  {
    title: '64 a disk without its volume: 422 with the field',
    needs: 'kubevirt',
    request: post(vmi({}, { volumes: [] })),
    answer: invalid(NO_VOLUME),
  },
  {
    title: '65 an interface without its network: 422 with two causes',
    needs: 'kubevirt',
    request: post(vmi({}, { networks: [] })),
    answer: invalid(noNetwork('net0'), noNetwork('net0')),
  },
  {
    title: '66 an invalid MAC address: 422 with two causes',
    needs: 'kubevirt',
    request: post(vmi({}, { domain: domain({ ...NETWORK, macAddress: 'zz:zz', bridge: {} }) })),
    answer: invalid(BAD_MAC, BAD_MAC),
  },
  {
    title: '67 an invalid quantity: 400 without a reason',
    needs: 'kubevirt',
    request: post(vmi({}, { domain: domain({ ...NETWORK, bridge: {} }, 'lots') })),
    answer: refused(
      400,
      undefined,
      'admission webhook "virtualmachineinstances-mutator.kubevirt.io" denied the request: ' +
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ),
  },
  {
    title: '68 several faults: every cause, those of networks twice',
    needs: 'kubevirt',
    request: post(vmi({}, { domain: domain({ ...NETWORK, name: 'other', bridge: {} }), volumes: [] })),
    answer: invalid(NO_INTERFACE, noNetwork('other'), NO_INTERFACE, noNetwork('other'), NO_VOLUME),
  },
  {
    title: '71 an SR-IOV interface: 201',
    needs: 'kubevirt',
    request: post(vmi({}, { domain: domain({ ...NETWORK, sriov: {} }) }), '?dryRun=All'),
    answer: { status: 201, like: { spec: { domain: { devices: { interfaces: [{ ...NETWORK, sriov: {} }] } } } } },
  },
  {
    title: '72 a name of 64 letters: 201, longer than a label may be',
    needs: 'kubevirt',
    request: post(vmi({ name: LONG }), '?dryRun=All'),
    answer: { status: 201, like: { metadata: { name: LONG } } },
  },
]);
