// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf } from '../store/labels.ts';

/**
 * Pod Security admission: the four checks of `restricted` about security contexts, which a launcher pod fails and the checkup's
 * pod passes. Messages and order are those of the plugin, k8s.io/pod-security-admission (`policy/check_*.go`, `admission.go`).
 */

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** The labels of a namespace that enforces a standard. */
export function podSecurityLabels(level: string): Record<string, string> {
  return { [ENFORCE]: level, [`${ENFORCE}-version`]: 'latest' };
}

/** Returns the server's message if the namespace refuses this pod; undefined if it accepts it. */
export function podSecurityRefusal(pod: KubeObject, namespace: KubeObject | undefined): string | undefined {
  const labels = labelsOf(namespace ?? {});
  if (labels[ENFORCE] !== 'restricted') return undefined;
  const version = labels[`${ENFORCE}-version`] ?? 'latest';
  const violations = CHECKS.flatMap((check) => check(pod) ?? []);
  if (violations.length === 0) return undefined;
  const standard = `"restricted:${version}"`;
  return `pods "${pod.metadata.name}" is forbidden: violates PodSecurity ${standard}: ${violations.join(', ')}`;
}

type Check = (pod: KubeObject) => string | undefined;

const CHECKS: readonly Check[] = [allowPrivilegeEscalation, capabilities, runAsNonRoot, seccompProfile];

function allowPrivilegeEscalation(pod: KubeObject): string | undefined {
  const bad = containersOf(pod).filter((one) => at(one, 'securityContext', 'allowPrivilegeEscalation') !== false);
  return violation('allowPrivilegeEscalation != false', '', bad, 'securityContext.allowPrivilegeEscalation=false');
}

/** All capabilities must be dropped; only the one for low ports may be added. */
function capabilities(pod: KubeObject): string | undefined {
  const capabilitiesOf = (one: JsonObject, list: string) => textsAt(one, 'securityContext', 'capabilities', list);
  const undropped = containersOf(pod).filter((one) => !capabilitiesOf(one, 'drop').includes('ALL'));
  const missing = undropped.length > 0 && `${subject(undropped)} must set securityContext.capabilities.drop=["ALL"]`;
  const [adders, added] = [new Set<JsonObject>(), new Set<string>()];
  for (const one of containersOf(pod)) {
    for (const name of capabilitiesOf(one, 'add').filter((given) => given !== 'NET_BIND_SERVICE')) {
      adders.add(one);
      added.add(name);
    }
  }
  const extra =
    added.size > 0 &&
    `${subject([...adders])} must not include ${quoted([...added].sort())} in securityContext.capabilities.add`;
  const details = [missing, extra].filter((detail) => detail !== false);
  return details.length > 0 ? `unrestricted capabilities (${details.join('; ')})` : undefined;
}

function runAsNonRoot(pod: KubeObject): string | undefined {
  const whole = at(pod.spec, 'securityContext', 'runAsNonRoot');
  const bad = containersOf(pod).filter((one) => (at(one, 'securityContext', 'runAsNonRoot') ?? whole) !== true);
  return violation('runAsNonRoot != true', 'pod or ', bad, 'securityContext.runAsNonRoot=true');
}

function seccompProfile(pod: KubeObject): string | undefined {
  const typeOf = (object: JsonObject | undefined) => textAt(object, 'securityContext', 'seccompProfile', 'type');
  const good = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost';
  const bad = containersOf(pod).filter((one) => !good(typeOf(one) ?? typeOf(objectAt(pod, 'spec'))));
  return violation(
    'seccompProfile',
    'pod or ',
    bad,
    'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
  );
}

/** In the order in which the plugin visits them. */
function containersOf(pod: KubeObject): JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsAt(pod.spec, list));
}

function violation(reason: string, alternative: string, bad: JsonObject[], wanted: string): string | undefined {
  return bad.length > 0 ? `${reason} (${alternative}${subject(bad)} must set ${wanted})` : undefined;
}

function subject(containers: JsonObject[]): string {
  return `container${containers.length > 1 ? 's' : ''} ${quoted(containers.map((one) => textAt(one, 'name') ?? ''))}`;
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
