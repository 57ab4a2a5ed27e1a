import { announcePush } from '../actions/push.ts';
import { nodeId, repositoryApi } from '../bodies/address.ts';
import { isAncestor, moveRef, readRef, resolveCommit, zeroSha } from '../git/refs.ts';
import { git } from '../git/run.ts';
import { readBlob, readTree } from '../git/trees.ts';
import { type Answer, type Body, created, json, noContent } from '../http/answer.ts';
import { forbid, notFound, refuse } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { flagIn, textIn } from './input.ts';

const read = { app: ['contents:read'], user: 'read' } as const;
const write = { app: ['contents:write'], user: 'write' } as const;

/** https://docs.github.com/rest/git, and the archives of …/rest/repos/contents */
export const gitRoutes: Routes = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': repositoryRoute(read, async (request) => {
    const ref = `refs/${request.path['ref'] ?? ''}`;
    const sha = await readRef(request.repository.directory, ref);
    if (sha === undefined) throw notFound();
    return json(await refBody(request, ref, sha));
  }),
  'POST /repos/{owner}/{repo}/git/refs': repositoryRoute(write, (request) =>
    changeRef(request, textIn(request.body, 'ref') ?? '', async (_ref, before) => {
      if (before !== undefined) throw refuse(422, 'Reference already exists');
      return demandObject(request, textIn(request.body, 'sha') ?? '');
    }),
  ),
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': repositoryRoute(write, (request) =>
    changeRef(request, `refs/${request.path['ref'] ?? ''}`, async (_ref, before) => {
      if (before === undefined) throw refuse(422, 'Reference does not exist');
      const after = await demandObject(request, textIn(request.body, 'sha') ?? '');
      const forced = flagIn(request.body, 'force') ?? false;
      if (!forced && !(await isAncestor(request.repository.directory, before, after))) {
        throw refuse(422, 'Update is not a fast forward');
      }
      return after;
    }),
  ),
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': repositoryRoute(write, (request) =>
    changeRef(request, `refs/${request.path['ref'] ?? ''}`, async (ref, before) => {
      if (before === undefined) throw refuse(422, 'Reference does not exist');
      if (ref === `refs/heads/${request.repository.defaultBranch}`) {
        throw refuse(422, 'Cannot delete the default branch');
      }
      return zeroSha;
    }),
  ),
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': repositoryRoute(read, async (request) => {
    const { world, repository, path, query } = request;
    const name = path['tree_sha'] ?? '';
    const commit = await resolveCommit(repository.directory, name);
    const sha = await readRef(repository.directory, `${commit ?? name}^{tree}`);
    if (sha === undefined) throw notFound();
    const entries = (await readTree(repository.directory, sha, { recursive: query.has('recursive') })) ?? [];
    const api = `${repositoryApi(world, repository)}/git`;
    const tree = entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${api}/${entry.type}s/${entry.sha}` }),
    }));
    // "The limit for the tree array is 100,000 entries".
    return json({ sha, url: `${api}/trees/${sha}`, tree: tree.slice(0, 100_000), truncated: tree.length > 100_000 });
  }),
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': repositoryRoute(read, async (request) => {
    const { world, repository, path, accept } = request;
    const sha = path['file_sha'] ?? '';
    const bytes = /^[0-9a-f]{40}$/.test(sha) ? await readBlob(repository.directory, sha) : undefined;
    if (bytes === undefined) throw notFound();
    if (/application\/vnd\.github(?:\.v3)?\.raw/.test(accept)) {
      return { kind: 'text', status: 200, contentType: 'application/vnd.github.raw; charset=utf-8', content: bytes };
    }
    return json({
      sha,
      node_id: nodeId('B', sha),
      size: bytes.length,
      url: `${repositoryApi(world, repository)}/git/blobs/${sha}`,
      content: bytes.toString('base64'),
      encoding: 'base64',
    });
  }),
  'GET /repos/{owner}/{repo}/tarball/{ref}': repositoryRoute(read, (request) => archive(request, 'tar.gz')),
  'GET /repos/{owner}/{repo}/zipball/{ref}': repositoryRoute(read, (request) => archive(request, 'zip')),
};

/** Moves a ref to what `decide` returns, and announces it. */
async function changeRef(
  request: RepositoryRequest,
  ref: string,
  decide: (ref: string, before: string | undefined) => Promise<string>,
): Promise<Answer> {
  const { world, repository, actor } = request;
  if (!/^refs\/(heads|tags)\/.+/.test(ref)) {
    throw forbid(422, 'Reference name must start with refs/heads or refs/tags', `${ref} is no branch or tag`);
  }
  const existed = await world.exclusively(repository.id, async () => {
    const before = await readRef(repository.directory, ref);
    const after = await decide(ref, before);
    await moveRef(repository.directory, ref, after, before ?? zeroSha);
    await announcePush(world, repository.id, { ref, before: before ?? zeroSha, after }, actor);
    return before !== undefined;
  });
  const sha = await readRef(repository.directory, ref);
  if (sha === undefined) return noContent();
  const body = await refBody(request, ref, sha);
  return existed ? json(body) : created(body);
}

async function demandObject(request: RepositoryRequest, sha: string): Promise<string> {
  const known = /^[0-9a-f]{40}$/.test(sha) ? await resolveCommit(request.repository.directory, sha) : undefined;
  if (known === undefined) throw refuse(422, 'Object does not exist');
  return known;
}

async function refBody(request: RepositoryRequest, ref: string, sha: string): Promise<Body> {
  const api = `${repositoryApi(request.world, request.repository)}/git`;
  const type = await git(request.repository.directory, ['cat-file', '-t', sha]);
  return {
    ref,
    node_id: nodeId('REF', ref),
    url: `${api}/${ref}`,
    object: { type, sha, url: `${api}/${type}s/${sha}` },
  };
}

/** GitHub sends to another host; here it is `/_archive` of the same, which needs no credentials either. */
async function archive(request: RepositoryRequest, format: 'tar.gz' | 'zip'): Promise<Answer> {
  const { world, repository, path } = request;
  const sha = await resolveCommit(repository.directory, path['ref'] || repository.defaultBranch);
  if (sha === undefined) throw notFound();
  return {
    kind: 'empty',
    status: 302,
    headers: { location: `${world.url}/_archive/${repository.id}/${sha}.${format}` },
  };
}
