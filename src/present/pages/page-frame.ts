import { htmlText } from './markdown-html.ts';

/** A page in pieces, in order: a large one is written with rests between them. */
export type PagePieces = Iterable<string>;

/** All that a page runs. It is the same on every page, so that a browser can be told to run nothing else. */
export const pageScript = `
const find = document.getElementById('find');
const items = Array.from(document.querySelectorAll('details.object'));
if (find !== null && items.length > 0) {
  const said = document.getElementById('said');
  const before = said.textContent;
  const texts = items.map((item) => item.textContent.toLowerCase());
  const look = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    let shown = 0;
    items.forEach((item, index) => {
      item.hidden = !words.every((word) => texts[index].includes(word));
      if (!item.hidden) shown += 1;
    });
    said.textContent = words.length === 0 ? before : shown + ' of ' + items.length + ' objects on this page';
  };
  find.addEventListener('input', look);
  const whole = find.form.dataset.parts === '1';
  find.form.addEventListener('submit', (event) => { if (whole) event.preventDefault(); });
  const all = document.getElementById('all');
  all.hidden = false;
  all.addEventListener('click', () => {
    const open = items.some((item) => !item.hidden && !item.open);
    for (const item of items) if (!item.hidden) item.open = open;
  });
  if (whole && find.value !== '') look();
}
`;

/** How every page looks: by day, by night, on a phone, on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --paper: #fff; --soft: #f6f8fa; --line: #d1d9e0; --link: #0969da;
  --come: #dafbe1; --gone: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f6fc; --dim: #9ea7b3; --paper: #0d1117; --soft: #151b23; --line: #3d444d;
  --link: #4493f8; --come: #12361f; --gone: #442023; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; display: inline; font-weight: 600; }
a { color: var(--link); }
p { margin: .5rem 0; }
.dim, footer { color: var(--dim); font-size: .875rem; }
.verdict { font-size: 1.1rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
pre { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; background: var(--soft); border-radius: .4rem; overflow-wrap: normal; }
pre code { display: inline-block; min-width: 100%; padding: 0 .75rem; background: none; }
code { font: .85rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; background: var(--soft);
  border-radius: .25rem; padding: .1em .3em; }
.come, .gone { display: inline-block; min-width: calc(100% + 1.5rem); margin: 0 -.75rem; padding: 0 .75rem; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
.come { background: var(--come); }
.gone { background: var(--gone); }
details.object { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; }
details.object > summary { padding: .5rem .75rem; cursor: pointer; }
details.object[open] > summary { border-bottom: 1px solid var(--line); }
.body { padding: .25rem .75rem .5rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .75rem 0; }
input[type=search] { flex: 1 1 12rem; min-width: 0; }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .6rem; }
button { background: var(--soft); cursor: pointer; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .5rem 0; }
[aria-current] { font-weight: 600; color: inherit; text-decoration: none; }
[hidden] { display: none !important; }
@media print { form, nav { display: none; } }
`;

/** One page around what it shows. `title` is plain text. No other site learns of it, and no search engine keeps it. */
export function* framed(title: string, main: PagePieces): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${htmlText(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
`;
  yield* main;
  yield `<footer><p>Fairlead</p></footer>
<script>${pageScript}</script>
</body>
</html>
`;
}
