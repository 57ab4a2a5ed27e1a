import type { GoesWith } from '../../domain/goes-with.ts';
import type { RepositoryFacts } from '../../domain/repository.ts';

/** In public, what else lives in the cluster is counted and not named, for Git does not show it. */
export function maskedGoesWith(goesWith: GoesWith, visibility: RepositoryFacts['visibility']): GoesWith {
  if (visibility === 'private') return goesWith;
  switch (goesWith.kind) {
    case 'contents':
    case 'custom-resources':
      return { ...goesWith, unplanned: { ...goesWith.unplanned, names: [] } };
    case 'volume':
      return { ...goesWith, bound: null };
    case 'dropped-fields':
    case 'made-claims':
      return goesWith;
  }
}
