import { listField, numberField, textField } from '../domain/field.ts';
import type { MadeClaims } from '../domain/goes-with.ts';
import type { KubernetesObject } from '../domain/manifest.ts';

/** How many are named. */
const named = 3;

/** The claims that a StatefulSet makes when it is created, named for template, set and ordinal; null: it makes none. */
export function madeClaims(set: KubernetesObject): MadeClaims | null {
  const templates = listField(set, 'spec', 'volumeClaimTemplates');
  const replicas = numberField(set, 'spec', 'replicas') ?? 1;
  const count = templates.length * replicas;
  if (count <= 0) return null;
  const start = numberField(set, 'spec', 'ordinals', 'start') ?? 0;
  const ordinals = Array.from({ length: Math.min(replicas, named) }, (_, index) => start + index);
  const names = ordinals.flatMap((ordinal) =>
    templates.map((template) => `${textField(template, 'metadata', 'name') ?? ''}-${set.metadata.name}-${ordinal}`),
  );
  return {
    kind: 'made-claims',
    count,
    names: names.slice(0, named),
    templates: templates.map((template) => ({
      size: textField(template, 'spec', 'resources', 'requests', 'storage') ?? null,
      storageClass: textField(template, 'spec', 'storageClassName') ?? null,
    })),
  };
}
