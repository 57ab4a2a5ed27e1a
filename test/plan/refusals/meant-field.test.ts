import { expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { withMeantFields } from '../../../src/plan/refusals/meant-field.ts';

const object = (spec: KubernetesObject[string]): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  ...(spec === undefined ? {} : { spec }),
});
const live = object({ replicas: 2, paused: false, ports: [{ name: 'http', containerPort: 80 }] });
const desired = object({
  repplicas: 3,
  pausd: true,
  paused: true,
  ports: [{ name: 'http', containerPrt: 80 }],
  other: 1,
});

const unknown = 'field not declared in schema';

it.each([
  ['spec.repplicas', unknown, `${unknown}. Did you mean \`replicas\`?`],
  ['spec.ports[name="http"].containerPrt', unknown, `${unknown}. Did you mean \`containerPort\`?`],
  ['spec.pausd', unknown, unknown],
  ['spec.other', unknown, unknown],
  ['spec.nowhere', unknown, unknown],
  ['spec.repplicas', 'must be a number', 'must be a number'],
  [null, unknown, unknown],
])('Of %s, refused as "%s", is said: %s', (field, message, said) => {
  const refusal = { reason: 'unknown-field', message: 'm', causes: [{ field, message }] } as const;
  expect(withMeantFields(refusal, desired, live).causes).toEqual([{ field, message: said }]);
  expect(withMeantFields(refusal, desired, null).causes).toEqual([{ field, message }]);
});
