import { readRef } from './refs.ts';
import { git } from './run.ts';

/** Contents by path; null deletes. */
export type FileChanges = Readonly<Record<string, string | Buffer | FileChange | null>>;

export interface FileChange {
  readonly content: string | Buffer;
  /** A symlink's content is its target. */
  readonly mode: '100644' | '100755' | '120000';
}

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface CommitRequest {
  /** A full ref: it moves to the new commit. */
  readonly ref: string;
  /** null: a commit without a parent. */
  readonly parent: string | null;
  readonly files: FileChanges;
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly at: Date;
}

/** Commits changed files to a ref in one git process, without a working tree; returns the commit's id. */
export async function writeCommit(directory: string, request: CommitRequest): Promise<string> {
  const time = `${Math.floor(request.at.getTime() / 1000)} +0000`;
  const parts: Buffer[] = [
    Buffer.from(`commit ${request.ref}\n`),
    Buffer.from(`author ${request.author.name} <${request.author.email}> ${time}\n`),
    Buffer.from(`committer ${request.committer.name} <${request.committer.email}> ${time}\n`),
    dataBlock(request.message),
  ];
  if (request.parent !== null) parts.push(Buffer.from(`from ${request.parent}\n`));
  for (const [path, change] of Object.entries(request.files)) parts.push(...fileCommands(path, change));
  if (request.parent === null) parts.unshift(Buffer.from(`reset ${request.ref}\n`));
  await git(directory, ['fast-import', '--quiet', '--force'], { input: Buffer.concat(parts) });
  const sha = await readRef(directory, request.ref);
  if (sha === undefined) throw new Error(`${request.ref} was not written`);
  return sha;
}

function fileCommands(path: string, change: FileChanges[string]): Buffer[] {
  const quoted = `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (change === null || change === undefined) return [Buffer.from(`D ${quoted}\n`)];
  const file = typeof change === 'string' || Buffer.isBuffer(change) ? { content: change, mode: '100644' } : change;
  return [Buffer.from(`M ${file.mode} inline ${quoted}\n`), dataBlock(file.content)];
}

function dataBlock(content: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}
