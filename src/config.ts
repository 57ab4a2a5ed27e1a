import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';

export type Role = 'web' | 'forge' | 'cluster';

/** Everything the environment says, checked. A part is null where no role of this process needs it. */
export interface Config {
  readonly roles: readonly Role[];
  readonly redisUrl: string;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'json' | 'pretty' };
  readonly listen: { readonly host: string; readonly port: number };
  /** Where people reach the web role, for links: without a slash at the end. null: they cannot, and no link is made. */
  readonly url: string | null;
  readonly web: { readonly webhookSecret: string } | null;
  readonly forge: ForgeConfig | null;
  readonly cluster: {
    /** Names of the operator's file; null: all of it. */
    readonly serve: readonly string[] | null;
  } | null;
  /** Path of the operator's file; null for the web role alone. */
  readonly clustersFile: string | null;
  /** What the programs that Fairlead starts (git, kustomize) are given: where they are, and the way to the network. */
  readonly programs: Readonly<Record<string, string>>;
}

export interface ForgeConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. Without a slash at the end. */
  readonly apiUrl: string;
  /** Before `/OWNER/REPOSITORY.git`. */
  readonly gitUrl: string;
  readonly sweepMs: number;
  /** Where mirrors are kept; null: a private folder, gone with the process. */
  readonly dataFolder: string | null;
}

export type ConfigResult =
  | { readonly kind: 'config'; readonly config: Config }
  /** What to mend, one sentence each. No value of a secret is in them. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** What can be set, with its default. Kept in step with `.env.example` by a test. */
export const variables = [
  'APP_ID',
  'PRIVATE_KEY',
  'PRIVATE_KEY_PATH',
  'WEBHOOK_SECRET',
  'GHE_HOST',
  'GHE_PROTOCOL',
  'REDIS_URL',
  'FAIRLEAD_CLUSTERS',
  'FAIRLEAD_ROLES',
  'FAIRLEAD_SERVE',
  'FAIRLEAD_SWEEP',
  'FAIRLEAD_URL',
  'FAIRLEAD_DATA',
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'LOG_FORMAT',
] as const;

type Variable = (typeof variables)[number];

/** Not ours, and handed on as they are where they are set. */
const ofPrograms: readonly string[] =
  'PATH HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy GIT_SSL_CAINFO SSL_CERT_FILE SSL_CERT_DIR'.split(
    ' ',
  );

/** The environment of this process. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Reads the environment, and every problem of it at once. A role is asked only for what it needs. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ConfigResult {
  const problems: string[] = [];
  // Set to nothing is not set: that is what an unset variable of a compose file or a chart looks like.
  const value = (name: Variable): string | null => environment[name]?.trim() || null;
  const wrong = (name: Variable, what: string): void => {
    problems.push(`${name} ${what}`);
  };
  const need = (name: Variable, what: string): string => {
    const text = value(name);
    if (text === null) wrong(name, `is missing: ${what}`);
    return text ?? '';
  };
  const reader: Reader = { value, wrong, need };

  const roles = readRoles(reader);
  const config: Config = {
    roles,
    redisUrl: readRedisUrl(reader),
    log: {
      level: oneOf(reader, 'LOG_LEVEL', ['info', 'debug', 'warn', 'error']),
      format: oneOf(reader, 'LOG_FORMAT', ['json', 'pretty']),
    },
    listen: { host: value('HOST') ?? '0.0.0.0', port: readPort(reader) },
    url: readUrl(reader),
    web: roles.includes('web')
      ? { webhookSecret: need('WEBHOOK_SECRET', 'the secret set in the App’s webhook') }
      : null,
    forge: roles.includes('forge') ? readForge(reader) : null,
    cluster: roles.includes('cluster') ? { serve: list(value('FAIRLEAD_SERVE')) } : null,
    clustersFile:
      roles.includes('forge') || roles.includes('cluster')
        ? need(
            'FAIRLEAD_CLUSTERS',
            'the path of the operator’s file, which names the clusters and who may deploy what where',
          )
        : null,
    programs: Object.fromEntries(ofPrograms.flatMap((name) => entry(name, environment[name]))),
  };
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'config', config: freeze(config) };
}

interface Reader {
  readonly value: (name: Variable) => string | null;
  readonly wrong: (name: Variable, what: string) => void;
  readonly need: (name: Variable, what: string) => string;
}

function readRoles({ value, wrong }: Reader): readonly Role[] {
  const all: readonly Role[] = ['web', 'forge', 'cluster'];
  const names = list(value('FAIRLEAD_ROLES'));
  if (names === null) return all;
  const unknown = names.filter((name) => !all.some((role) => role === name));
  if (unknown.length > 0) wrong('FAIRLEAD_ROLES', `knows no ${unknown.join(', ')}: only ${all.join(', ')}`);
  return all.filter((role) => names.includes(role));
}

function readRedisUrl({ need, wrong }: Reader): string {
  const url = need('REDIS_URL', 'the address of Redis, such as redis://localhost:6379');
  // The address itself may hold a password, so it is not repeated.
  if (url !== '' && !/^rediss?:$/.test(parseUrl(url)?.protocol ?? '')) {
    wrong('REDIS_URL', 'is no address of Redis: it begins with redis:// or rediss://');
  }
  return url;
}

function readPort({ value, wrong }: Reader): number {
  const text = value('PORT') ?? '3000';
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) wrong('PORT', `is no port: ${text}`);
  return port;
}

function readUrl({ value, wrong }: Reader): string | null {
  const text = value('FAIRLEAD_URL');
  if (text === null) return null;
  const url = parseUrl(text);
  // It stands in comments and check runs, which are read by more people than may know a password.
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!plain || !/^https?:$/.test(url.protocol) || !/^[\x21-\x7e]+$/.test(text)) {
    wrong('FAIRLEAD_URL', 'is no address for links: https://fairlead.example.com, without user, query and fragment');
    return null;
  }
  return url.href.replace(/\/+$/, '');
}

function readForge(reader: Reader): ForgeConfig {
  const { value, wrong, need } = reader;
  const appId = need('APP_ID', 'the number of the GitHub App, from its settings page');
  if (appId !== '' && !/^[1-9]\d*$/.test(appId)) wrong('APP_ID', `is no number: ${appId}`);
  const host = value('GHE_HOST');
  if (host !== null && !/^[A-Za-z0-9.-]+(?::\d+)?$/.test(host)) {
    wrong('GHE_HOST', `is a host name (with a port, if need be), without protocol and path: ${host}`);
  }
  const protocol = oneOf(reader, 'GHE_PROTOCOL', ['https', 'http']);
  return {
    appId: Number(appId),
    privateKey: readPrivateKey(reader),
    // docs.github.com/en/enterprise-server/rest/overview: the REST API of a server of one's own is below /api/v3.
    apiUrl: host === null ? 'https://api.github.com' : `${protocol}://${host}/api/v3`,
    gitUrl: host === null ? 'https://github.com' : `${protocol}://${host}`,
    sweepMs: readDuration(reader, 'FAIRLEAD_SWEEP', '5m'),
    dataFolder: value('FAIRLEAD_DATA'),
  };
}

/** As Probot reads it: the PEM itself, with `\n` for its line breaks if need be, or that in base64; or its file. */
function readPrivateKey({ value, wrong }: Reader): string {
  const inline = value('PRIVATE_KEY');
  const path = value('PRIVATE_KEY_PATH');
  const name: Variable = inline === null && path !== null ? 'PRIVATE_KEY_PATH' : 'PRIVATE_KEY';
  if (inline === null && path === null) {
    wrong('PRIVATE_KEY', 'is missing: the private key of the GitHub App (or its file as PRIVATE_KEY_PATH)');
    return '';
  }
  try {
    const text = inline ?? readFileSync(path ?? '', 'utf8');
    const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
    const key = pem.replaceAll('\\n', '\n');
    createPrivateKey(key);
    return key;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    wrong(name, missing ? `names a file that is not there: ${path ?? ''}` : 'holds no private key that can be read');
    return '';
  }
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function readDuration({ value, wrong }: Reader, name: Variable, fallback: string): number {
  const text = value(name) ?? fallback;
  const match = /^(\d+)([smh])$/.exec(text);
  const ms = Number(match?.[1] ?? 0) * (units[match?.[2] ?? ''] ?? 0);
  if (ms === 0) wrong(name, `is no time such as 30s, 5m or 1h: ${text}`);
  return ms;
}

/** One of a few words; the first is the default. */
function oneOf<T extends string>({ value, wrong }: Reader, name: Variable, words: readonly [T, ...T[]]): T {
  const text = value(name);
  if (text === null) return words[0];
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) wrong(name, `is one of ${words.join(', ')}, not ${text}`);
  return word ?? words[0];
}

/** Names with commas between them; null: none, which stands for all. */
function list(text: string | null): readonly string[] | null {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? null : names;
}

function entry(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
