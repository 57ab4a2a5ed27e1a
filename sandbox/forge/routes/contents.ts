import { signatureOf } from '../actions/merge-pull-request.ts';
import { announcePush } from '../actions/push.ts';
import { nodeId, repositoryApi, repositoryPage } from '../bodies/address.ts';
import { readCommit } from '../git/commits.ts';
import { readBranch, resolveCommit, zeroSha } from '../git/refs.ts';
import { readBlob, readTree, type TreeEntry } from '../git/trees.ts';
import { writeCommit } from '../git/write-commit.ts';
import { type Answer, type Body, json } from '../http/answer.ts';
import { forbid, notFound, refuse } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { webFlowEmail } from '../state/accounts.ts';
import { textIn } from './input.ts';

/** https://docs.github.com/rest/repos/contents */
export const contentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/contents/{path}': repositoryRoute(
    { app: ['contents:read'], user: 'read' },
    async (request) => {
      const { repository, query } = request;
      const ref = query.get('ref') ?? repository.defaultBranch;
      const commit = await resolveCommit(repository.directory, ref);
      if (commit === undefined) throw refuse(404, `No commit found for the ref ${ref}`);
      const path = cleanPath(request);
      if (path === '') return listDirectory(request, ref, (await entriesOf(request, commit, '')) ?? []);
      const entry = await entryAt(request, commit, path);
      if (entry === undefined) throw notFound();
      if (entry.type === 'tree') return listDirectory(request, ref, (await entriesOf(request, entry.sha, path)) ?? []);
      return answerFile(request, ref, entry);
    },
  ),
  'PUT /repos/{owner}/{repo}/contents/{path}': repositoryRoute({ app: ['contents:write'], user: 'write' }, (request) =>
    request.world.exclusively(request.repository.id, () => putFile(request)),
  ),
};

/** Between 1 and 100 MB only the raw media type gives contents. */
const inlineMax = 1_000_000;

async function answerFile(request: RepositoryRequest, ref: string, entry: TreeEntry): Promise<Answer> {
  const { repository, accept } = request;
  const bytes = entry.type === 'commit' ? undefined : await readBlob(repository.directory, entry.sha);
  if (/application\/vnd\.github(?:\.v3)?\.raw/.test(accept) && bytes !== undefined) {
    return { kind: 'text', status: 200, contentType: 'application/vnd.github.raw+json; charset=utf-8', content: bytes };
  }
  const body = entryBody(request, ref, entry);
  if (entry.type === 'commit') return json({ ...body, submodule_git_url: null });
  if (entry.mode === '120000') return json({ ...body, target: (bytes ?? '').toString() });
  const large = (entry.size ?? 0) > inlineMax;
  return json({
    ...body,
    content: large || bytes === undefined ? '' : wrapped(bytes),
    encoding: large ? 'none' : 'base64',
  });
}

function listDirectory(request: RepositoryRequest, ref: string, entries: readonly TreeEntry[]): Answer {
  return json(entries.map((entry) => entryBody(request, ref, entry)));
}

function entryBody(request: RepositoryRequest, ref: string, entry: TreeEntry): Body {
  const { world, repository } = request;
  const encoded = entry.path.split('/').map(encodeURIComponent).join('/');
  const api = repositoryApi(world, repository);
  const self = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const isTree = entry.type === 'tree';
  const html = `${repositoryPage(world, repository)}/${isTree ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const objects = `${api}/git/${isTree ? 'trees' : 'blobs'}/${entry.sha}`;
  const download = `${world.url}/raw/${repository.name}/${ref}/${encoded}`;
  return {
    type: typeOf(entry),
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: objects,
    download_url: entry.type === 'blob' ? download : null,
    _links: { self, git: objects, html },
  };
}

function typeOf(entry: TreeEntry): string {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === '120000' ? 'symlink' : 'file';
}

async function putFile(request: RepositoryRequest): Promise<Answer> {
  const { world, repository, body, actor } = request;
  const branch = textIn(body, 'branch') ?? repository.defaultBranch;
  const parent = await readBranch(repository.directory, branch);
  if (parent === undefined) throw refuse(404, `Branch ${branch} not found`);
  const path = cleanPath(request);
  const before = await entryAt(request, parent, path);
  const known = textIn(body, 'sha');
  if (before !== undefined && known === undefined) throw forbid(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (before !== undefined && known !== before.sha) throw refuse(409, `${path} does not match ${known ?? ''}`);
  const ref = `refs/heads/${branch}`;
  const sha = await writeCommit(repository.directory, {
    ref,
    parent,
    files: { [path]: Buffer.from(textIn(body, 'content') ?? '', 'base64') },
    message: textIn(body, 'message') ?? '',
    author: signatureOf(actor.account),
    committer: { name: 'GitHub', email: webFlowEmail },
    at: world.now(),
  });
  await announcePush(world, repository.id, { ref, before: parent ?? zeroSha, after: sha }, actor);
  const entry = await entryAt(request, sha, path);
  const commit = await readCommit(repository.directory, sha);
  const api = repositoryApi(world, repository);
  const content = {
    content: entry === undefined ? null : entryBody(request, branch, entry),
    commit: {
      sha,
      node_id: nodeId('C', sha),
      url: `${api}/git/commits/${sha}`,
      html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
      author: { name: commit.author.name, email: commit.author.email, date: commit.author.at },
      committer: { name: commit.committer.name, email: commit.committer.email, date: commit.committer.at },
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      parents: [{ sha: parent, url: `${api}/git/commits/${parent}`, html_url: `${api}/commits/${parent}` }],
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
  };
  return json(content, before === undefined ? 201 : 200);
}

function cleanPath(request: RepositoryRequest): string {
  return (request.path['path'] ?? '').replace(/^\/+|\/+$/g, '');
}

async function entryAt(request: RepositoryRequest, commit: string, path: string): Promise<TreeEntry | undefined> {
  const found = await readTree(request.repository.directory, commit, { recursive: false, path });
  return found?.find((entry) => entry.path === path);
}

async function entriesOf(request: RepositoryRequest, tree: string, path: string): Promise<TreeEntry[] | undefined> {
  const entries = await readTree(request.repository.directory, tree, { recursive: false });
  return entries?.map((entry) => ({ ...entry, path: path === '' ? entry.path : `${path}/${entry.path}` }));
}

// GitHub breaks base64 into lines of 60.
function wrapped(bytes: Buffer): string {
  return `${bytes.toString('base64').replace(/(.{60})/g, '$1\n')}\n`;
}
