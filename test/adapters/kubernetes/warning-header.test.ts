import { expect, it } from 'vitest';
import { warningTexts } from '../../../src/adapters/kubernetes/warning-header.ts';

it.each([
  ['no header', undefined, []],
  ['one warning', '299 - "v1 Endpoints is deprecated"', ['v1 Endpoints is deprecated']],
  ['several headers', ['299 - "one"', '299 - "two"'], ['one', 'two']],
  ['several in one header', '299 - "one, and more", 299 - "two"', ['one, and more', 'two']],
  [
    'quotes and backslashes',
    String.raw`299 - "(container \"web\" must set a\\b)"`,
    ['(container "web" must set a\\b)'],
  ],
  ['the same warning twice', ['299 - "one"', '299 - "one"'], ['one']],
  ['a date after it', '299 - "one" "Sat, 21 Nov 2026 12:00:00 GMT"', ['one']],
  ["a proxy's warning", '110 proxy "Response is Stale"', []],
  ['no warning at all', 'what is this', []],
])('reads %s', (_name, header, texts) => {
  expect(warningTexts(header)).toEqual(texts);
});
