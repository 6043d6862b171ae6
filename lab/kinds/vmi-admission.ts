// SPDX-License-Identifier: Apache-2.0
import { denied } from './status.ts';
import { at, isObject, objectAt, objectsAt, textAt, type Json, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { defaultedVmi } from './vmi-defaults.ts';

/**
 * KubeVirt's webhooks for a new VMI: the mutator checks its schema and sets defaults, the validator checks that its
 * parts are consistent. The messages are KubeVirt's, including that network causes come twice.
 */
export function admitVmi(vmi: KubeObject): KubeObject {
  const schema = schemaProblems(vmi);
  if (schema.length > 0) {
    throw denied(
      'virtualmachineinstances-mutator.kubevirt.io',
      schema.join(', '),
      schema.map((message) => ({ message })),
    );
  }
  const quantities = [
    at(vmi.spec, 'domain', 'resources', 'requests', 'memory'),
    at(vmi.spec, 'domain', 'memory', 'guest'),
  ];
  if (quantities.some((value) => typeof value === 'string' && !QUANTITY.test(value))) {
    throw denied(
      'virtualmachineinstances-mutator.kubevirt.io',
      `quantities must match the regular expression '${QUANTITY.source}'`,
    );
  }
  const defaulted = defaultedVmi(vmi);
  const network = networkCauses(defaulted.spec);
  const causes = [...network, ...network, ...diskCauses(defaulted.spec)];
  if (causes.length > 0) {
    const messages = causes.map((cause) => cause.message).join(', ');
    throw denied('virtualmachineinstances-create-validator.kubevirt.io', messages, causes);
  }
  return defaulted;
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const MAC = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;

interface Cause extends JsonObject {
  reason: string;
  message: string;
  field: string;
}

function schemaProblems({ spec }: KubeObject): string[] {
  if (spec === undefined) return ['spec in body is required', 'spec in body must be of type object: "null"'];
  if (!isObject(spec)) return [`spec in body must be of type object: "${typeName(spec)}"`];
  const problems: string[] = [];
  if (!isObject(spec.domain)) problems.push('spec.domain in body is required');
  const grace = spec.terminationGracePeriodSeconds;
  if (grace !== undefined && typeof grace !== 'number') {
    problems.push(`spec.terminationGracePeriodSeconds in body must be of type integer: "${typeName(grace)}"`);
  }
  const path = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  const required = objectAt(spec, ...path);
  if (required && required.nodeSelectorTerms === undefined) {
    problems.push(`spec.${path.join('.')}.nodeSelectorTerms in body is required`);
  }
  return problems;
}

function typeName(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function networkCauses(spec: Json | undefined): Cause[] {
  const networks = objectsAt(spec, 'networks');
  const interfaces = objectsAt(spec, 'domain', 'devices', 'interfaces');
  const has = (list: JsonObject[], name: Json | undefined) => list.some((item) => item.name === name);
  const causes: Cause[] = [];
  networks.forEach((network, i) => {
    const field = `spec.networks[${i}].name`;
    if (has(interfaces, network.name)) return;
    causes.push({ reason: 'FieldValueRequired', message: `${field} '${nameOf(network)}' not found.`, field });
  });
  interfaces.forEach((nic, i) => {
    const field = `spec.domain.devices.interfaces[${i}].name`;
    if (!has(networks, nic.name)) {
      causes.push({ reason: 'FieldValueInvalid', message: `${field} '${nameOf(nic)}' not found.`, field });
    }
    const mac = textAt(nic, 'macAddress');
    if (mac !== undefined && !MAC.test(mac)) {
      const message = `interface ${field} has malformed MAC address (${mac}).`;
      causes.push({ reason: 'FieldValueInvalid', message, field: field.replace(/name$/, 'macAddress') });
    }
  });
  return causes;
}

function diskCauses(spec: Json | undefined): Cause[] {
  const volumes = objectsAt(spec, 'volumes').map((volume) => volume.name);
  return objectsAt(spec, 'domain', 'devices', 'disks').flatMap((disk, i) => {
    if (volumes.includes(disk.name)) return [];
    const field = `spec.domain.devices.disks[${i}]`;
    return [
      { reason: 'FieldValueInvalid', message: `${field}.Name '${nameOf(disk)}' not found.`, field: `${field}.name` },
    ];
  });
}

function nameOf(item: JsonObject): string {
  return textAt(item, 'name') ?? '';
}
