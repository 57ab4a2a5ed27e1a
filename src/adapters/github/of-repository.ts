import type { Repository } from '../../domain/repository.ts';
import type { Caller } from './installation-tokens.ts';

/** Who asks about a repository. */
export function callerOf(repository: Repository): Caller {
  return { kind: 'installation', id: repository.installation };
}

/** The part of every route that names a repository. */
export function pathOf(repository: Repository): { readonly owner: string; readonly repo: string } {
  return { owner: repository.owner, repo: repository.name };
}
