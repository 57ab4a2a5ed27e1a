import type { IncomingMessage, ServerResponse } from 'node:http';
import { announcePush } from '../actions/push.ts';
import { serveGit } from '../git/http-backend.ts';
import { readRefs, zeroSha } from '../git/refs.ts';
import { atLeast, findRepository, roleOf } from '../state/find.ts';
import type { Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { actorOf, canSee, covers } from './authorize.ts';
import { type Caller, callerOf, nameOfCaller } from './credentials.ts';
import { Refusal } from './refusal.ts';

export interface GitAddress {
  readonly owner: string;
  readonly name: string;
  readonly service: string;
}

/** `/OWNER/NAME.git/info/refs` and so on; undefined for every other address. */
export function gitAddressOf(pathname: string): GitAddress | undefined {
  const found = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/.exec(pathname);
  if (found === null) return undefined;
  const [, owner = '', name = '', service = ''] = found;
  return { owner, name, service };
}

/** Answers a git client; a push is announced once git has ended. Returns who it was. */
export async function answerGit(
  world: World,
  address: GitAddress,
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<string | null> {
  const writes = `${address.service}${url.search}`.includes('git-receive-pack');
  const admission = admit(world, address, incoming, writes);
  if (admission.kind === 'refused') {
    incoming.resume();
    response.writeHead(admission.status, {
      'content-type': 'text/plain',
      ...(admission.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
    });
    response.end(admission.message);
    return admission.caller;
  }
  const { repository, caller } = admission;
  const user = nameOfCaller(caller) ?? '';
  const serve = () =>
    serveGit({
      directory: repository.directory,
      service: address.service,
      query: url.search.slice(1),
      user,
      incoming,
      response,
    });
  if (!writes || incoming.method !== 'POST') await serve();
  else await world.exclusively(repository.id, () => receivePush(world, repository, caller, serve));
  return user;
}

async function receivePush(
  world: World,
  repository: Repository,
  caller: Caller,
  serve: () => Promise<void>,
): Promise<void> {
  const before = await readRefs(repository.directory);
  await serve();
  const after = await readRefs(repository.directory);
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const change = { ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha };
    if (change.before === change.after) continue;
    await announcePush(world, repository.id, change, actorOf(world, caller));
  }
}

type Admission =
  | { readonly kind: 'admitted'; readonly repository: Repository; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly caller: string | null };

function admit(world: World, address: GitAddress, incoming: IncomingMessage, writes: boolean): Admission {
  let caller: Caller;
  try {
    caller = callerOf(world, incoming.headers.authorization);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'refused', status: 401, message: 'Invalid username or token.', caller: null };
  }
  const name = nameOfCaller(caller);
  const refused = (status: number, message: string): Admission => ({ kind: 'refused', status, message, caller: name });
  const repository = findRepository(world.state, address.owner, address.name);
  const visible = repository !== undefined && canSee(world, caller, repository);
  // Git asks for credentials only when it is told that they are missing.
  if (caller.kind === 'anonymous' && (writes || !visible)) return refused(401, 'Repository not found.');
  if (!visible) return refused(404, 'Repository not found.');
  if (!mayUse(world, caller, repository, writes)) return refused(403, `Permission to ${address.name} denied.`);
  return { kind: 'admitted', repository, caller };
}

function mayUse(world: World, caller: Caller, repository: Repository, writes: boolean): boolean {
  switch (caller.kind) {
    case 'anonymous':
      return !writes;
    case 'app':
      return false;
    case 'user':
      return !writes || atLeast(roleOf(world.state, caller.account, repository), 'write');
    case 'installation': {
      const granted = covers(caller, repository) ? caller.token.permissions['contents'] : undefined;
      return writes ? granted === 'write' : granted !== undefined;
    }
  }
}
