import { code } from './markdown.ts';

/** What people are referred to: the pages show these and no other files. */
export const shownDocs = ['cluster.yaml', 'orphaned.md'] as const;

/** A document of Fairlead's own. `docs`: the address where the pages show them; null: it is named alone. */
export function docLink(name: (typeof shownDocs)[number], docs: string | null): string {
  const words = code(`docs/${name}`);
  return docs === null ? words : `[${words}](<${docs}/${name}>)`;
}
