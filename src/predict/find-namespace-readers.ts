import { isBuiltInGroup } from '../domain/built-in-group.ts';
import { apiVersionOf, type IdentityKey } from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import type { NamespaceReaders } from '../plan/relations/namespace-readers.ts';
import type { Cluster } from '../ports/cluster.ts';
import { isServedElsewhere } from './served-elsewhere.ts';

/**
 * Who may decide by what a namespace says, where the plan changes one. `own`: under an identity that may read admission.
 * null: it may not, or nobody asks for it.
 */
export async function findNamespaceReaders(
  judgements: readonly Judgement[],
  cluster: Pick<Cluster, 'served'>,
  own: Pick<Cluster, 'surroundings' | 'admission'>,
  signal: AbortSignal,
): Promise<NamespaceReaders | null> {
  const changed = new Set(
    judgements.flatMap(({ action, subject: { reference } }) =>
      action === 'update' && reference.group === '' && reference.kind === 'Namespace' ? [reference.name] : [],
    ),
  );
  const inside = judgements.filter(({ subject }) => changed.has(subject.reference.namespace ?? ''));
  if (inside.length === 0) return null;
  // Of Kubernetes' own kinds nothing else decides: a definition need not be looked for.
  const isDefined = inside.some(({ subject }) => !isBuiltInGroup(subject.reference.group));
  const [admission, surroundings] = await Promise.all([
    own.admission(signal),
    isDefined ? own.surroundings(signal) : { definitions: new Map<string, string>() },
  ]);
  if (admission === null || surroundings === null) return null;
  const resources = new Map<IdentityKey, string>();
  await Promise.all(
    inside.map(async ({ subject: { key, reference } }) => {
      const served = await cluster.served(apiVersionOf(reference), reference.kind, signal);
      if (served === null || isServedElsewhere(served, surroundings.definitions)) return;
      resources.set(key, served.plural);
    }),
  );
  return { admission, resources };
}
