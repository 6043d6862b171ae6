// SPDX-License-Identifier: Apache-2.0
/** Pod Security for pods in a namespace that enforces `restricted`. */
import { expect, test } from '@playwright/test';
import { launcherContainers } from '../../controllers/launcher-containers.ts';
import { namespace } from '../../kinds/default-objects.ts';
import { podSecurityLabels, podSecurityRefusal } from '../../kinds/pod-security.ts';
import type { JsonObject } from '../../store/json.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';

const RESTRICTED = namespace('ns', podSecurityLabels('restricted'));
const FORBIDDEN = 'pods "p" is forbidden: violates PodSecurity "restricted:latest": ';

function pod(spec: JsonObject): KubeObject {
  return identified({ apiVersion: 'v1', kind: 'Pod', spec }, { name: 'p', namespace: 'ns' });
}

const CONFINED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const WHOLE = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

test('a pod without a security context violates all four rules, in the order of the real plugin', () => {
  expect(podSecurityRefusal(pod({ containers: [{ name: 'app' }] }), RESTRICTED)).toBe(
    `${FORBIDDEN}allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), ` +
      'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
});

test("applies the pod's security context to its containers, only in a namespace with enforcement", () => {
  const containers = [{ name: 'checkup', securityContext: CONFINED }];
  expect(podSecurityRefusal(pod({ containers, securityContext: WHOLE }), RESTRICTED)).toBeUndefined();
  expect(podSecurityRefusal(pod({ containers: [{ name: 'app' }] }), namespace('ns'))).toBeUndefined();
  const loud = [{ name: 'app', securityContext: { ...CONFINED, runAsNonRoot: false } }];
  expect(podSecurityRefusal(pod({ containers: loud, securityContext: WHOLE }), RESTRICTED)).toContain(
    '"restricted:latest": runAsNonRoot != true (pod or container "app" must',
  );
});

test('reports added capabilities', () => {
  const adding = (...add: string[]) => ({ ...CONFINED, capabilities: { drop: ['ALL'], add } });
  const containers = [
    { name: 'a', securityContext: adding('NET_BIND_SERVICE', 'SYS_NICE') },
    { name: 'b', securityContext: adding('NET_ADMIN') },
  ];
  expect(podSecurityRefusal(pod({ containers, securityContext: WHOLE }), RESTRICTED)).toBe(
    `${FORBIDDEN}unrestricted capabilities (containers "a", "b" must not include "NET_ADMIN", "SYS_NICE" in securityContext.capabilities.add)`,
  );
});

test("KubeVirt's launcher violates only the seccomp rule, in all its containers in order", () => {
  const volumes = [{ name: 'disk', containerDisk: { image: 'x' } }];
  const vmi = identified({ apiVersion: 'v1', kind: 'VMI', spec: { volumes } }, { name: 'vm', namespace: 'ns' });
  expect(podSecurityRefusal(pod(launcherContainers(vmi, {})), RESTRICTED)).toBe(
    `${FORBIDDEN}seccompProfile (pod or containers "guest-console-log", "volumedisk", "compute" must set ` +
      'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
});
