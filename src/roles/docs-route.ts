import { readFile } from 'node:fs/promises';
import type { Route } from '../adapters/http/server.ts';
import { docPage } from '../present/pages/doc-page.ts';
import { shownDocs } from '../present/text/doc-link.ts';
import { pageAnswer } from './page-answer.ts';

/**
 * `GET /docs/:name`: the documents that comments refer to, as this version of Fairlead has them. They hold nothing of
 * anybody's. `folder`: where they are.
 */
export function docsRoute(folder: URL): Route {
  return {
    method: 'GET',
    path: '/docs/:name',
    answer: async ({ parameters }) => {
      const name = shownDocs.find((one) => one === parameters['name']);
      const text = name === undefined ? null : await readFile(new URL(name, folder), 'utf8').catch(() => null);
      if (text === null) return { status: 404, type: 'text/plain', text: 'not here' };
      // What is applied is copied as it is.
      return name?.endsWith('.md') === true
        ? pageAnswer(200, docPage(text))
        : { status: 200, type: 'text/plain', text };
    },
  };
}
