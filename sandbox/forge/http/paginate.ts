import type { Page } from './answer.ts';

export interface PaginatedBody {
  readonly body: unknown;
  /** RFC 8288; undefined where everything is on one page. */
  readonly link: string | undefined;
}

/** The most rows on a page. https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export const maxPerPage = 100;

/** One page of a list. `address` is the request's own, without query. */
export async function paginate(page: Page, query: URLSearchParams, address: string): Promise<PaginatedBody> {
  const size = Math.min(positive(query.get('per_page'), 30), maxPerPage);
  const number = positive(query.get('page'), 1);
  const rows = page.rows.slice((number - 1) * size, number * size);
  const rendered = await Promise.all(rows.map(page.render));
  const last = Math.max(1, Math.ceil(page.rows.length / size));
  const links: [string, number][] = [];
  if (number > 1) links.push(['prev', number - 1]);
  if (number < last) links.push(['next', number + 1], ['last', last]);
  if (number > 1) links.push(['first', 1]);
  const link = links.map(([relation, target]) => `<${addressOfPage(address, query, target)}>; rel="${relation}"`);
  return {
    body: page.wrap === null ? rendered : page.wrap(rendered, page.rows.length),
    link: link.length === 0 ? undefined : link.join(', '),
  };
}

function addressOfPage(address: string, query: URLSearchParams, page: number): string {
  const changed = new URLSearchParams(query);
  changed.set('page', String(page));
  return `${address}?${changed.toString()}`;
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}
