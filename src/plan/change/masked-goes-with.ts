import type { GoesWith } from '../../domain/goes-with.ts';
import type { RepositoryFacts } from '../../domain/repository.ts';
import type { Mask } from './mask.ts';

/**
 * In public, what else lives in the cluster is counted and not named, for Git does not show it. The fields of custom
 * resources are anybody's words where their schema keeps what it does not know.
 */
export function maskedGoesWith(
  goesWith: GoesWith,
  { mask, visibility }: { readonly mask: Mask; readonly visibility: RepositoryFacts['visibility'] },
): GoesWith {
  if (goesWith.kind === 'dropped-fields') return { ...goesWith, fields: goesWith.fields.map(mask.text) };
  if (visibility === 'private') return goesWith;
  switch (goesWith.kind) {
    case 'contents':
    case 'custom-resources':
      return { ...goesWith, unplanned: { ...goesWith.unplanned, names: [] } };
    case 'volume':
      return { ...goesWith, bound: null };
    case 'made-claims':
      return goesWith;
  }
}
