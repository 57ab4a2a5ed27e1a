import type { Health } from '../domain/health.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { Wanted } from '../domain/release.ts';
import { type HealthContext, health } from '../observe/health.ts';
import { withoutFreeText } from '../observe/without-free-text.ts';
import { valuesOf } from '../plan/change/git-only-text.ts';

export type HealthWords = (object: KubernetesObject, context: HealthContext) => Health;

/**
 * The health of an object, in words that may stand in a repository: in a public one, not in those that somebody else
 * chose. What it comes to is the same in both.
 */
export function healthWordsFor(
  { visibility }: Pick<Wanted, 'visibility'>,
  written: readonly KubernetesObject[],
): HealthWords {
  if (visibility === 'private') return health;
  const said = new Set(written.flatMap(valuesOf));
  return (object, context) => {
    const state = health(object, context);
    if (state.kind === 'healthy' || state.kind === 'missing') return state;
    const pods = context.pods.map((pod) => withoutFreeText(pod, said));
    const told = health(withoutFreeText(object, said), { ...context, pods });
    return { kind: state.kind, reason: told.kind === state.kind ? told.reason : notTold };
  };
}

const notTold = 'is not well; why is not shown in a public repository';
