/** What a route answers. The server adds status line, headers, pages and validation. */
export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'empty'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'text'; readonly status: number; readonly contentType: string; readonly content: string | Buffer }
  | Page;

/** A list that is answered page by page; only the rows of the page are rendered. */
export interface Page {
  readonly kind: 'page';
  readonly rows: readonly unknown[];
  readonly render: (row: unknown) => unknown;
  /** Puts the rows of a page into an object; most lists are bare. */
  readonly wrap: ((rows: readonly unknown[], total: number) => unknown) | null;
}

export type Body = Readonly<Record<string, unknown>>;

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: 'json', status, body, headers };
}

export function created(body: Body & { readonly url?: unknown }): Answer {
  return { kind: 'json', status: 201, body, headers: { location: String(body.url) } };
}

export function noContent(): Answer {
  return { kind: 'empty', status: 204 };
}

export function page<Row>(rows: readonly Row[], render: (row: Row) => unknown, wrap: Page['wrap'] = null): Page {
  return { kind: 'page', rows, render: render as Page['render'], wrap };
}
