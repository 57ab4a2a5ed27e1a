/**
 * Who may import whom, as data: what `src/README.md` says in words, and ADR 17 of the adapters.
 *
 * Paths are relative to the repository. A file belongs to the row with the longest matching place; a file under `src/`
 * that belongs to no row is refused, so that a new folder gets its row before it gets its imports.
 */
export type ImportRow = {
  /** A folder, or one file, of the repository. */
  readonly place: string;
  /** Places it may import from; `''` is the whole repository. */
  readonly places: readonly string[];
  /** Packages it may import; `node:` is all of Node's own modules, `*` every package. */
  readonly packages: readonly string[];
};

const pure = ['src/domain'];
const cluster = [...pure, 'src/plan', 'src/observe', 'src/ports', 'src/predict'];

export const importTable: readonly ImportRow[] = [
  // `node:crypto` for digests: a hash needs no I/O.
  { place: 'src/domain', places: pure, packages: ['node:crypto'] },
  { place: 'src/plan', places: [...pure, 'src/plan'], packages: ['js-yaml', 'diff', 'node:crypto'] },
  { place: 'src/observe', places: [...pure, 'src/observe'], packages: [] },
  { place: 'src/present', places: [...pure, 'src/present'], packages: [] },
  // Pages show the Markdown of the comment, so they read it as GitHub does: a pure function, too (ADR 25).
  { place: 'src/present/pages', places: [...pure, 'src/present'], packages: ['micromark', 'micromark-extension-gfm'] },
  { place: 'src/ports', places: [...pure, 'src/ports'], packages: [] },
  // What the two reconcilers are made of: use cases over ports, like the jobs that call them.
  { place: 'src/predict', places: [...pure, 'src/plan', 'src/ports', 'src/predict'], packages: [] },
  { place: 'src/release', places: [...cluster, 'src/release'], packages: [] },
  { place: 'src/jobs', places: [...cluster, 'src/release', 'src/present', 'src/jobs'], packages: [] },
  { place: 'src/webhooks', places: [...pure, 'src/ports', 'src/webhooks'], packages: ['probot', 'zod', 'node:'] },
  adapter('github', ['@octokit/rest', 'probot']),
  // A bounded subprocess, for the two that run other people's programs.
  adapter('process', []),
  adapter('git', [], ['src/adapters/process']),
  // What a renderer renders is read by plan's own readers: pure functions, the same for every renderer.
  adapter('render', [], ['src/adapters/process', 'src/plan/manifests', 'src/plan/yaml']),
  adapter('kubernetes', ['@kubernetes/client-node', 'undici']),
  adapter('redis', ['bullmq', 'ioredis', 'zod']),
  adapter('http', []),
  adapter('metrics', ['prom-client']),
  adapter('log', ['pino']),
  adapter('clock', []),
  adapter('disk', []),
  { place: 'src/config.ts', places: ['src/config.ts'], packages: ['node:'] },
  // The composition root is main with one file for each role.
  { place: 'src/roles', places: ['src'], packages: ['node:'] },
  { place: 'src/main.ts', places: ['src'], packages: ['*', 'node:'] },

  // The world on loopback stands beside the product: each can be read, and replaced, without the other.
  { place: 'sandbox', places: ['sandbox'], packages: ['*', 'node:'] },
  { place: 'sandbox/demo.ts', places: ['sandbox', 'src'], packages: ['*', 'node:'] },
  { place: 'test', places: [''], packages: ['*', 'node:'] },
  { place: 'bench', places: [''], packages: ['*', 'node:'] },
];

/** Nobody imports the composition root, except who starts the whole product: the demo, the tests and the bench. */
export const compositionRoot = 'src/main.ts';

function adapter(name: string, packages: readonly string[], beside: readonly string[] = []): ImportRow {
  const place = `src/adapters/${name}`;
  return { place, places: [...pure, 'src/ports', place, ...beside], packages: [...packages, 'node:'] };
}
