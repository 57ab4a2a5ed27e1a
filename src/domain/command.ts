import { nearestName } from './nearest-name.ts';

/** What a person can ask for in a comment on a pull request. */
export type Command =
  | { readonly kind: 'plan' }
  /** `digest`: as pasted; null: whatever was published last before the comment. */
  | { readonly kind: 'confirm'; readonly digest: string | null }
  | { readonly kind: 'sync'; readonly environment: string | null }
  /** Where each environment stands; null: all that follow the pull request's base. */
  | { readonly kind: 'status'; readonly environment: string | null }
  /** Why each environment is changed by the pull request, or is not; null: all. */
  | { readonly kind: 'explain'; readonly environment: string | null }
  | { readonly kind: 'help' };

/** Those that change nothing: whoever may comment may ask. */
export function onlyAsks(name: string): boolean {
  return name === 'status' || name === 'explain' || name === 'help';
}

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  /** A command of Fairlead with arguments that it does not take. */
  | { readonly kind: 'misused'; readonly name: string; readonly usage: string }
  /** No command, and nearly one; `meant` as it is written. */
  | { readonly kind: 'mistyped'; readonly name: string; readonly meant: string }
  /** A word that is kept for later: not there yet. */
  | { readonly kind: 'unavailable'; readonly name: string };

/** How a plan is named to people: the least of its digest that `/confirm` takes. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** What a second person says to let this plan go on. */
export function confirmCommand(digest: string): string {
  return `/confirm ${shortDigest(digest)}`;
}

const usages = {
  plan: '/plan',
  confirm: '/confirm [DIGEST]',
  sync: '/sync [environment]',
  status: '/status [environment]',
  explain: '/explain [environment]',
  help: '/help',
} as const;
/** What there is, as it is written. */
export const commandUsages: readonly string[] = Object.values(usages);

export function commandUsage(name: Name): string {
  return usages[name];
}

const unavailable = ['rollback', 'hold', 'release'];

/** More different ones in a comment are no person's: each may ask a lot of the forge. */
export const commandLimit = 10;

/**
 * The commands of a comment, in order, each once, in whatever case. A command stands on a line of its own with nothing before it,
 * outside quotes, code and HTML comments. What is nearly one is answered; other words behind a slash are somebody else's (paths,
 * other bots) and are left alone.
 */
export function parseCommands(body: string): readonly ParsedCommand[] {
  const spoken = spokenLines(body).flatMap((line) => {
    const match = /^\/([a-z]+)(?:[ \t]+(.*?))?[ \t]*$/i.exec(line);
    if (match === null) return [];
    return parseCommand(
      (match[1] ?? '').toLowerCase(),
      (match[2] ?? '').split(/[ \t]+/).filter((word) => word !== ''),
    );
  });
  return [...new Map(spoken.map((parsed) => [JSON.stringify(parsed), parsed])).values()];
}

function parseCommand(name: string, words: readonly string[]): readonly ParsedCommand[] {
  if (isKnown(name)) return [readArguments(name, words)];
  if (unavailable.includes(name)) return [{ kind: 'unavailable', name }];
  const meant = nearlyNamed(name);
  return meant === null ? [] : [{ kind: 'mistyped', name, meant: usages[meant] }];
}

/** Two letters swapped, or one wrong; in a long word two. More, and it may be what another bot is told. */
function nearlyNamed(name: string): Name | null {
  const letters = sorted(name);
  const swapped = commandNames.find((known) => sorted(known) === letters);
  const nearest = swapped ?? nearestName(name, commandNames, name.length < 6 ? 1 : 2);
  return commandNames.find((known) => known === nearest) ?? null;
}

function sorted(name: string): string {
  return name.split('').toSorted().join('');
}

type Name = keyof typeof usages;
export const commandNames: readonly Name[] = Object.keys(usages).filter(isKnown);

function isKnown(name: string): name is Name {
  return Object.hasOwn(usages, name);
}

function readArguments(name: Name, [first, ...rest]: readonly string[]): ParsedCommand {
  const misused: ParsedCommand = { kind: 'misused', name, usage: usages[name] };
  if (rest.length > 0) return misused;
  switch (name) {
    case 'plan':
    case 'help':
      return first === undefined ? { kind: 'command', command: { kind: name } } : misused;
    case 'confirm':
      if (first !== undefined && !/^[0-9a-f]{12,64}$/.test(first)) return misused;
      return { kind: 'command', command: { kind: name, digest: first ?? null } };
    case 'sync':
    case 'status':
    case 'explain':
      // Not only what an environment may be called: who writes `Production` is told what there is.
      if (first !== undefined && !/^[\w.-]{1,63}$/.test(first)) return misused;
      return { kind: 'command', command: { kind: name, environment: first ?? null } };
  }
}

// The lines a person says: no fenced or indented code, no quotes, no HTML comments (GitHub Flavored Markdown 4.4, 4.5,
// 5.1), and nothing of what HTML shows as code or quote.
function spokenLines(body: string): readonly string[] {
  const written = body.replaceAll('\r\n', '\n').split('\n').map(withoutCode).join('\n');
  const visible = written.replace(hidden, (text) => `\u0000${text.replace(/[^\n]/g, '')}`);
  return withoutFences(visible.split('\n')).flatMap(paragraphLines);
}

const tags = 'pre|code|blockquote|script|style|textarea';
// A tag that is never closed hides what follows only where it begins a block.
const hidden = new RegExp(
  `<!--[\\s\\S]*?(?:-->|$)|<(${tags})\\b[\\s\\S]*?</\\1\\s*>|(?<=^|\\n) {0,3}<(?:${tags})\\b[\\s\\S]*$`,
  'gi',
);

// Code that ends on its line hides nothing but itself. Where a backtick is escaped it is not told which ones pair up.
function withoutCode(line: string): string {
  return line.includes('\\`') ? line : line.replace(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, '\u0000');
}

/** The paragraphs between blank lines and fenced code. */
function withoutFences(lines: readonly string[]): readonly (readonly string[])[] {
  const paragraphs: string[][] = [[]];
  let fence: string | null = null;
  for (const line of lines) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = null;
    } else if (mark !== undefined) {
      fence = mark;
      paragraphs.push([]);
    } else if (line.trim() === '') {
      paragraphs.push([]);
    } else {
      paragraphs.at(-1)?.push(line);
    }
  }
  return paragraphs;
}

// What stands right below a quoted line belongs to the quote (5.1, laziness), and code in backticks may go over several
// lines (6.1): between two of them nothing is a command, however they pair up.
function paragraphLines(lines: readonly string[]): readonly string[] {
  const quoted = lines.findIndex((line) => /^ {0,3}>/.test(line));
  const firstTick = lines.findIndex((line) => line.includes('`'));
  const lastTick = lines.findLastIndex((line) => line.includes('`'));
  return lines.filter(
    (_, index) => (quoted === -1 || index < quoted) && (firstTick === -1 || index <= firstTick || index >= lastTick),
  );
}
