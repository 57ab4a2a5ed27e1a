import { verify } from 'node:crypto';
import type { Account, App, Installation, InstallationToken } from '../state/accounts.ts';
import { findAccount } from '../state/find.ts';
import type { World } from '../world.ts';
import { forbid, refuse } from './refusal.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly app: App;
      readonly installation: Installation;
      readonly token: InstallationToken;
    };

/** Who sends a request, by its Authorization header. Throws Refusal 401 for what is no credential (any more). */
export function callerOf(world: World, authorization: string | undefined): Caller {
  if (authorization === undefined) return { kind: 'anonymous' };
  const [scheme = '', value = ''] = authorization.split(/\s+/, 2);
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(value) : value;
  return callerOfToken(world, token);
}

export function callerOfToken(world: World, token: string): Caller {
  if (token.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, token) };
  if (token.startsWith('user-')) {
    const account = findAccount(world.state, token.slice('user-'.length));
    if (account?.kind === 'User') return { kind: 'user', account };
  }
  const found = world.state.tokens.find((row) => row.token === token);
  // An expired token is an outcome: every client meets it.
  if (found === undefined || found.expiresAt <= world.now().getTime()) throw refuse(401, 'Bad credentials');
  const installation = world.state.installations.get(found.installationId);
  if (installation === undefined) throw refuse(401, 'Bad credentials');
  if (installation.suspendedAt !== null) throw refuse(403, 'This installation has been suspended');
  return { kind: 'installation', app: world.state.apps.must(installation.appId), installation, token: found };
}

export function nameOfCaller(caller: Caller): string | null {
  switch (caller.kind) {
    case 'anonymous':
      return null;
    case 'user':
      return caller.account.login;
    case 'app':
      return caller.app.slug;
    case 'installation':
      return `${caller.app.slug}[bot]`;
  }
}

function passwordOf(encoded: string): string {
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return password.join(':');
}

// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
function appOfJwt(world: World, token: string): App {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const head = parsePart(header);
  const claims = parsePart(payload);
  if (head?.['alg'] !== 'RS256' || claims === undefined) throw undecodable();
  const app = world.state.apps.get(Number(claims['iss']));
  if (app === undefined) throw forbid(401, "'Issuer' claim ('iss') must be an Integer", 'no app has this id');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  const now = world.now().getTime() / 1000;
  const { exp, iat } = claims;
  if (typeof exp !== 'number' || exp <= now) throw refuse(401, expired);
  if (exp > now + 600) throw forbid(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + 1) throw forbid(401, issuedLater);
  return app;
}

const expired =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
const issuedLater = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";

function undecodable() {
  return forbid(401, 'A JSON web token could not be decoded');
}

function parsePart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
