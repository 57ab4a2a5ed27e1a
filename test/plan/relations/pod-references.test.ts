import { expect, it } from 'vitest';
import { podReferences } from '../../../src/plan/relations/pod-references.ts';
import { objectIn } from '../../objects.ts';

const spec = {
  serviceAccountName: 'web',
  imagePullSecrets: [{ name: 'registry' }],
  initContainers: [
    { name: 'migrate', envFrom: [{ secretRef: { name: 'database' } }, { configMapRef: { name: 'all' } }] },
  ],
  containers: [
    {
      name: 'web',
      env: [
        { name: 'A', value: 'a' },
        { name: 'B', valueFrom: { configMapKeyRef: { name: 'one', key: 'b' } } },
        { name: 'C', valueFrom: { secretKeyRef: { name: 'maybe', key: 'c', optional: true } } },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
    },
  ],
  volumes: [
    { name: 'a', configMap: { name: 'files' } },
    { name: 'b', secret: { secretName: 'certificate' } },
    { name: 'c', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'd', projected: { sources: [{ configMap: { name: 'part' } }, { secret: { name: 'other' } }] } },
    { name: 'e', emptyDir: {} },
  ],
};
const named = [
  'ServiceAccount web',
  'Secret registry',
  'ConfigMap files, read',
  'Secret certificate, read',
  'PersistentVolumeClaim data',
  'ConfigMap part, read',
  'Secret other, read',
  'Secret database, read',
  'ConfigMap all, read',
  'ConfigMap one, read',
  'Secret maybe, read, optional',
];

it.each([
  ['Pod', { spec }],
  ['Deployment', { spec: { template: { spec } } }],
  ['StatefulSet', { spec: { template: { spec } } }],
  ['CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }],
])('Everything that the pods of a %s name is found, with what it is named for', (kind, rest) => {
  const found = podReferences(objectIn('shop', 'v1', kind, 'web', rest)).map(
    (one) => `${one.kind} ${one.name}${one.read ? ', read' : ''}${one.optional ? ', optional' : ''}`,
  );
  expect(found).toEqual(named);
});

it('Other objects have no pods, and what is malformed names nothing', () => {
  expect(podReferences(objectIn('shop', 'v1', 'Service', 'web', { spec: { template: { spec } } }))).toEqual([]);
  const odd = {
    spec: { volumes: 'none', containers: [null, { env: [{ valueFrom: 3 }], envFrom: [{ secretRef: { name: 5 } }] }] },
  };
  expect(podReferences(objectIn('shop', 'v1', 'Pod', 'web', odd))).toEqual([]);
});
