import { createHash } from 'node:crypto';
import { type RenderingSource, type RenderResult, valuesSetting } from '../../src/domain/rendering.ts';
import type { CommitId, Repository, TreeId } from '../../src/domain/repository.ts';
import type { FileReading, Git, MergeResult } from '../../src/ports/git.ts';
import type { Renderer } from '../../src/ports/renderer.ts';
import type { TreeEntry } from '../../src/ports/trees.ts';

export type Files = Readonly<Record<string, string>>;

const linkTo = 'link to ';

/** As the content of a file: it is a symlink instead. */
export function symlink(target: string): string {
  return `${linkTo}${target}`;
}

interface FakeCommit {
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
}

/** Git in memory: commits of whole file maps, three-way merges file by file. One repository. */
export class FakeGit implements Git {
  readonly #commits = new Map<CommitId, FakeCommit>();
  readonly #trees = new Map<TreeId, Files>();
  readonly #branches = new Map<string, CommitId>();

  /** Commits onto a branch (made from nothing, or from `from`): `files` replace or add, null removes. */
  commit(branch: string, files: Readonly<Record<string, string | null>>, from?: CommitId): CommitId {
    const parent = from ?? this.#branches.get(branch);
    const content: Record<string, string> = { ...(parent === undefined ? {} : this.files(parent)) };
    for (const [path, text] of Object.entries(files)) {
      if (text === null) delete content[path];
      else content[path] = text;
    }
    return this.#write(branch, content, parent === undefined ? [] : [parent]);
  }

  /** What the forge's merge button does: a merge commit on the branch. `more`: what somebody puts into it by hand. */
  mergeInto(branch: string, head: CommitId, more: Files = {}): CommitId {
    const base = this.#branch(branch);
    return this.#write(branch, { ...this.#mergedFiles(base, head).files, ...more }, [base, head]);
  }

  /** Makes one commit of all that a branch holds on top of this one. */
  squash(branch: string, onto: CommitId): CommitId {
    return this.#write(branch, this.files(this.#branch(branch)), [onto]);
  }

  /** Pushes a branch that is at a commit that is there already. */
  point(branch: string, commit: CommitId): void {
    this.#branches.set(branch, commit);
  }

  files(commit: CommitId): Files {
    return this.#trees.get(this.#commit(commit).tree) ?? {};
  }

  filesOf(tree: TreeId): Files {
    return this.#trees.get(tree) ?? {};
  }

  async tip(_repository: Repository, branch: string): Promise<CommitId | null> {
    return this.#branches.get(branch) ?? null;
  }

  async fetchCommit(_repository: Repository, commit: CommitId): Promise<CommitId | null> {
    return this.#commits.has(commit) ? commit : null;
  }

  async tree(_repository: Repository, commit: CommitId): Promise<TreeId> {
    return this.#commit(commit).tree;
  }

  async parents(_repository: Repository, commit: CommitId): Promise<readonly CommitId[]> {
    return this.#commit(commit).parents;
  }

  async merge(_repository: Repository, base: CommitId, head: CommitId): Promise<MergeResult> {
    const merged = this.#mergedFiles(base, head);
    if (merged.conflicts.length > 0) return { kind: 'conflict', files: merged.conflicts };
    return { kind: 'merged', tree: this.#tree(merged.files) };
  }

  async readFile(_repository: Repository, tree: TreeId, path: string): Promise<FileReading> {
    const text = this.filesOf(tree)[path];
    if (text?.startsWith(linkTo)) return { kind: 'refused', why: 'is a symlink, not a file' };
    if (text !== undefined) return { kind: 'file', text };
    const isFolder = Object.keys(this.filesOf(tree)).some((name) => name.startsWith(`${path}/`));
    return isFolder ? { kind: 'refused', why: 'is a folder, not a file' } : { kind: 'absent' };
  }

  async history(_repository: Repository, commit: CommitId, limit: number): Promise<readonly CommitId[]> {
    const history: CommitId[] = [];
    for (
      let at: CommitId | undefined = commit;
      at !== undefined && history.length < limit;
      at = this.#commit(at).parents[0]
    ) {
      history.push(at);
    }
    return history;
  }

  async isAncestor(_repository: Repository, ancestor: CommitId, descendant: CommitId): Promise<boolean> {
    return this.#ancestors(descendant).has(ancestor);
  }

  async entries(_repository: Repository, tree: TreeId, path: string): Promise<readonly TreeEntry[] | null> {
    const inside = Object.keys(this.filesOf(tree)).filter(
      (name) => path === '' || name === path || name.startsWith(`${path}/`),
    );
    return inside.length === 0 ? null : inside.toSorted().map((name) => ({ path: name, kind: 'file', id: sha1(name) }));
  }

  async blobs(): Promise<never> {
    throw new Error('only the real renderer reads trees; the fake one reads files');
  }

  #ancestors(commit: CommitId): ReadonlySet<CommitId> {
    const seen = new Set<CommitId>();
    const queue = [commit];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      queue.push(...this.#commit(at).parents);
    }
    return seen;
  }

  #mergedFiles(base: CommitId, head: CommitId): { readonly files: Files; readonly conflicts: readonly string[] } {
    const ours = this.files(base);
    const theirs = this.files(head);
    const reachable = this.#ancestors(head);
    const fork = [...this.#ancestors(base)].find((commit) => reachable.has(commit));
    const origin = fork === undefined ? {} : this.files(fork);
    const files: Record<string, string> = {};
    const conflicts: string[] = [];
    for (const path of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const taken = theirs[path] === origin[path] ? ours[path] : theirs[path];
      if (ours[path] !== origin[path] && theirs[path] !== origin[path] && ours[path] !== theirs[path])
        conflicts.push(path);
      if (taken !== undefined) files[path] = taken;
    }
    return { files, conflicts };
  }

  #write(branch: string, files: Files, parents: readonly CommitId[]): CommitId {
    const tree = this.#tree(files);
    const id = sha1(JSON.stringify([tree, parents, this.#commits.size]));
    this.#commits.set(id, { tree, parents });
    this.#branches.set(branch, id);
    return id;
  }

  #tree(files: Files): TreeId {
    const tree = sha1(JSON.stringify(Object.entries(files).toSorted(([left], [right]) => (left < right ? -1 : 1))));
    this.#trees.set(tree, files);
    return tree;
  }

  #commit(id: CommitId): FakeCommit {
    const commit = this.#commits.get(id);
    if (commit === undefined) throw new Error(`no such commit: ${id}`);
    return commit;
  }

  #branch(name: string): CommitId {
    const tip = this.#branches.get(name);
    if (tip === undefined) throw new Error(`no such branch: ${name}`);
    return tip;
  }
}

/**
 * Renders each file below a path as one ConfigMap named after the file, holding its text; a file that says `broken`
 * is refused.
 */
export class FakeRenderer implements Renderer {
  readonly #git: FakeGit;
  rendered = 0;
  /** A cluster that has not told what charts are rendered for: a folder with a `Chart.yaml` is refused for it. */
  untold: string | null = null;

  constructor(git: FakeGit) {
    this.#git = git;
  }

  /** Like a renderer that has just begun. */
  async known(): Promise<null> {
    return null;
  }

  async render({ tree, path, chart }: RenderingSource): Promise<RenderResult> {
    this.rendered += 1;
    const files = Object.entries(this.#git.filesOf(tree)).filter(([file]) => file.startsWith(`${path}/`));
    if (files.length === 0) return { kind: 'absent' };
    const cluster = chart?.cluster;
    const isChart = files.some(([file]) => file === `${path}/Chart.yaml`);
    if (cluster !== undefined && cluster === this.untold && isChart) {
      const message = `The cluster ${cluster} has not told.`;
      return {
        kind: 'refused',
        problems: [{ file: `${path}/Chart.yaml`, line: null, path: null, message }],
        awaits: cluster,
      };
    }
    const missing = (chart?.values ?? []).flatMap((file, index) =>
      files.some(([name]) => name === `${path}/${file}`) ? [] : [`${valuesSetting}.${index}`],
    );
    if (missing.length > 0 && isChart) {
      const message = 'There is no such file.';
      return { kind: 'refused', problems: missing.map((at) => ({ file: null, line: null, path: at, message })) };
    }
    const broken = files.filter(([, text]) => text === 'broken');
    if (broken.length > 0) {
      return {
        kind: 'refused',
        problems: broken.map(([file]) => ({ file, line: 1, path: null, message: 'not YAML' })),
      };
    }
    return {
      kind: 'rendered',
      rendering: {
        id: sha1(JSON.stringify(files)),
        renderer: { kind: isChart ? 'helm' : 'plain', version: 'fake' },
        manifests: files.map(([file, text]) => ({
          object: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: file.replaceAll(/[^a-z0-9]/g, '-') },
            data: { text },
          },
          origin: { file, line: 1 },
        })),
        passedOver: [],
        remarks: [],
      },
    };
  }
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
