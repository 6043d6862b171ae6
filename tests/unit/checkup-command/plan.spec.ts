/** What `npm run checkup` makes of the shipped manifests, and of what they may come to have. */
import { expect, test } from '@playwright/test';
import { artifactsContainer, withArtifactsVolume } from '../../../scripts/checkup/artifacts-container.ts';
import { parseOptions, type Options } from '../../../scripts/checkup/options.ts';
import { makePlan, objectsOf, renderYaml } from '../../../scripts/checkup/plan.ts';

function options(...more: string[]): Options {
  const parsed = parseOptions(['--network', 'default/br10', ...more]);
  if (parsed === 'help') throw new Error('no options');
  return parsed;
}

test('everything of a namespace is in the one asked for, and who is allowed is meant there', () => {
  const yaml = renderYaml(objectsOf(makePlan(options(), 'somewhere'), false));
  expect(yaml.match(/namespace: (?!somewhere$).*/gm)).toBeNull();
  expect(yaml.match(/namespace: somewhere$/gm)?.length).toBeGreaterThan(8);
  expect(yaml).not.toMatch(/[&*]a\d/);
});

test('no two runs have a name in common; image, ConfigMap and deadline are the run’s own', () => {
  const [one, other] = [makePlan(options(), 'ns'), makePlan(options(), 'ns')];
  expect(one.name).toMatch(/^kubevirt-vm-latency-[a-z0-9]{5}$/);
  expect(other.name).not.toBe(one.name);
  const long = makePlan(options('--timeout', '1h', '--image', 'registry.example/checkup:2'), 'ns');
  expect(long.job).toMatchObject({
    metadata: { name: long.name, namespace: 'ns', labels: { 'kiagnose/checkup-type': 'kubevirt-vm-latency' } },
    spec: {
      activeDeadlineSeconds: 3600 + 120 + 240,
      template: {
        spec: {
          containers: [
            {
              ...{ name: 'checkup', image: 'registry.example/checkup:2' },
              env: expect.arrayContaining([
                { name: 'CONFIGMAP_NAMESPACE', value: 'ns' },
                { name: 'CONFIGMAP_NAME', value: long.name },
                { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
              ]),
            },
            { name: 'artifacts', image: 'registry.example/checkup:2' },
          ],
        },
      },
    },
  });
  expect(JSON.stringify(long.job).match(/"CONFIGMAP_NAME"/g)).toHaveLength(1);
});

test('a volume that the manifest has for the artifacts is the one that is shared', () => {
  const own = { name: 'kept', mountPath: '/artifacts' };
  const container = { name: 'checkup', image: 'i', volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, own] };
  const pod = { volumes: [{ name: 'kept', emptyDir: { sizeLimit: '1Gi' } }] };
  expect(withArtifactsVolume(pod, container)).toEqual({ ...pod, containers: [container] });
  const securityContext = { readOnlyRootFilesystem: true };
  expect(artifactsContainer({ ...container, securityContext, imagePullPolicy: 'Never' }, 1000)).toMatchObject({
    ...{ image: 'i', imagePullPolicy: 'Never', securityContext, volumeMounts: container.volumeMounts },
  });
});

test('without one there is one', () => {
  const { containers, volumes } = withArtifactsVolume({}, { name: 'checkup', image: 'i' });
  expect(volumes).toEqual([{ name: 'fetched-artifacts', emptyDir: {} }]);
  expect(containers).toEqual([
    { name: 'checkup', image: 'i', volumeMounts: [{ name: 'fetched-artifacts', mountPath: '/artifacts' }] },
  ]);
});
