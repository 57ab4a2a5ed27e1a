import { sameJson } from '../../domain/json.ts';
import { originText, replaceAnnotation } from '../../domain/manifest.ts';
import {
  type Cause,
  type Change,
  type ForeignField,
  isKeptBack,
  type KeptBackChange,
  notShown,
  type PathChange,
} from '../../domain/plan.ts';
import { code, count, details, fence, html, prose } from '../text/markdown.ts';
import { ago } from '../text/times.ts';
import { clip } from '../text/visible-text.ts';
import { inHtml, inMarkdown, type Words, wordsOf } from '../text/words.ts';
import { causeTitles } from './cause-titles.ts';
import { changeName, changeWords, differenceWords, notAuthoredWords, valueText, whyLimit } from './change-words.ts';
import { goesWithWords } from './goes-with.ts';

/** Of what the API server says of one object, in a check run. */
const messageLimit = 8_000;
/** How many paths of one cause are listed by name. */
const pathsListed = 10;

/** How one object stands among others. */
interface Standing {
  /** When the plan was made. */
  readonly at: string;
  /** The cause that the title above the object says already; null: the object says each of its causes itself. */
  readonly told: Cause | null;
}

/** One object in the comment: what must be decided stands open, the rest behind its summary. */
export function changeInComment(change: Change, standing: Standing, open: boolean): string {
  if (isKeptBack(change)) {
    const body = changeBody(change, standing);
    return body === '' ? refusalLine(change) : `${refusalLine(change)}\n\n${details('what it would be', body)}`;
  }
  const words = inHtml(changeWords(change));
  const summary = `<b>${html(changeName(change))}</b>${words === '' ? '' : ` — ${words}`}`;
  return details(summary, changeBody(change, standing) || 'Nothing more is known of it.', open);
}

/** One object in a check run's text. */
export function changeInText(change: Change, at: string): string {
  const words = isKeptBack(change) ? '' : inMarkdown(changeWords(change));
  const heading = `#### ${prose(changeName(change))}${words === '' ? '' : ` — ${words}`}${notAuthoredWords(change)}`;
  const refusal = isKeptBack(change) ? fence(clip(change.reason.message, messageLimit), 'text') : '';
  return [heading, refusal, changeBody(change, { at, told: null })].filter((part) => part !== '').join('\n\n');
}

/** `**✖ blocked · Deployment shop/web** at …: the API server's words`; of several faults a list, each where it stands. */
export function refusalLine(change: KeptBackChange): string {
  const sign = change.action === 'unknown' ? '❔' : '❌';
  const { faults } = change.reason;
  if (faults !== undefined) {
    const lines = faults
      .slice(0, pathsListed)
      .map(({ origin, message }) => `* ${code(originText(origin))} — ${inMarkdown(wordsOf(clip(message, 600)))}`);
    const rest = faults.length - lines.length;
    const more = rest === 0 ? [] : [`* and ${count(rest, 'more fault')}`];
    return [`**${sign} ${prose(changeName(change))}**`, ...lines, ...more].join('\n');
  }
  const where = change.origin === null ? '' : ` at ${code(originText(change.origin))}`;
  return `**${sign} ${prose(changeName(change))}**${where} — ${inMarkdown(wordsOf(clip(change.reason.message, 600)))}`;
}

function changeBody(change: Change, standing: Standing): string {
  // Of what can live nowhere yet there is nothing to compare.
  if (isKeptBack(change) && change.reason.code === 'namespace-missing') return '';
  const parts = [
    change.diff === '' ? pathList(change) : fence(change.diff, 'diff'),
    change.goesWith === undefined ? '' : prose(goesWithWords(change.goesWith)),
    certaintyLine(change),
    wholeLine(change),
    causeLine(change, standing, 'drift', causeTitles.drift),
    causeLine(change, standing, 'unreleased', causeTitles.unreleased),
    causeLine(change, standing, 'already', 'Already so in the cluster'),
    causeLine(change, standing, 'claim', 'Set by somebody else in the cluster, and never released by Fairlead'),
    leftLines(change, standing),
    foreignLines(change, standing),
    replaceLine.test(change.diff) ? replaceSentence : '',
    change.diff.includes(notShown) ? 'Values that the cluster alone holds are not shown.' : '',
    change.adopted ? 'It lives in the cluster already and is not Fairlead’s yet; this merge takes it over.' : '',
    ...change.warnings.slice(0, 5).map((warning) => `⚠️ The API server warns: ${prose(clip(warning, 600))}`),
    change.warnings.length > 5 ? `⚠️ and ${count(change.warnings.length - 5, 'more warning')}` : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const replaceLine = new RegExp(`^[+-]\\s+${replaceAnnotation.replaceAll('.', '\\.')}:`, 'm');
// Nobody wrote it in a chart, and somebody did in plain YAML: the sentence holds for both.
const replaceSentence = `\`${replaceAnnotation}\`: where this object cannot be changed, it is deleted and made again. Of a chart’s hooks that run once Fairlead sets it itself.`;

// Where there is no diff (masked, or never predicted), the author's paths are still told.
function pathList(change: Change): string {
  const authored = change.paths.filter(
    ({ causes, before, after }) => causes.includes('pull-request') && !sameJson(before, after),
  );
  if (authored.length === 0) return '';
  return listed(authored, (path) => pathWords(path));
}

function certaintyLine({ certainty, action }: Change): string {
  // The summary says it, unless it is long.
  if (certainty.kind === 'exact' || action === 'unknown' || certainty.why.length <= whyLimit) return '';
  return `This is **${certainty.kind}**: ${prose(certainty.why)}`;
}

// No path tells of an object as a whole.
function wholeLine({ action, fromPullRequest, vanished }: Change): string {
  if (vanished === true) return 'It was released, and somebody deleted it in the cluster: it comes back.';
  if (fromPullRequest) return '';
  if (action === 'create') return 'It is in Git already, and not in the cluster.';
  return action === 'delete' ? 'It is gone from Git already, and still in the cluster.' : '';
}

function leftLines({ left = [] }: Change, { at }: Standing): string {
  if (left.length === 0) return '';
  const lines = cut(left, (one) => [{ code: one.path }, ...holderWords(one, at)]);
  return `**Left as it lives (\`conflicts: leave\`), for somebody else set it in the cluster, and it was never released from here:**\n${lines}`;
}

function foreignLines({ foreign }: Change, { at }: Standing): string {
  if (foreign === undefined) return '';
  const { fields, more } = foreign;
  const removed = fields.filter(({ fate }) => fate === 'removed');
  const staying = fields.filter(({ fate }) => fate === 'stays');
  const words = (one: ForeignField): Words => [
    { code: one.path },
    ...(one.value === undefined ? [] : [' is ', { code: valueText(one.value) }]),
    ...holderWords(one, at),
  ];
  // What is not named is of the last ones.
  const [moreRemoved, moreStaying] = staying.length === 0 ? [more, 0] : [0, more];
  const all = staying.length + moreStaying;
  return [
    removed.length === 0
      ? ''
      : `**Set by others, not in Git, and removed (\`foreign: remove\`):**\n${cut(removed, words, moreRemoved)}`,
    all === 0
      ? ''
      : details(
          `${count(all, 'field')} that others set and Git does not mention: ${all === 1 ? 'it stays' : 'they stay'}`,
          cut(staying, words, moreStaying),
        ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function causeLine(change: Change, { at, told }: Standing, cause: Cause, title: string): string {
  const paths = change.paths.filter(({ causes }) => causes.includes(cause));
  if (paths.length === 0) return '';
  const lines = listed(paths, (path) => causeWords(path, cause, at));
  return told === cause && change.action !== 'unchanged' ? lines : `**${title}:**\n${lines}`;
}

function causeWords(path: PathChange, cause: Cause, at: string): Words {
  const holder = holderWords(path, at);
  if (cause === 'already' || sameJson(path.before, path.after)) {
    return [{ code: path.path }, ' is ', { code: valueText(path.before) }, ' already', ...holder];
  }
  // What it would be without this pull request is not what it will be.
  if (path.causes.includes('pull-request')) {
    return [...pathWords(path), ...holder, '; this pull request sets it anew'];
  }
  return [...pathWords(path), ...holder];
}

function pathWords(path: PathChange): Words {
  return [{ code: path.path }, ' ', ...differenceWords(path)];
}

function holderWords({ manager }: Pick<PathChange, 'manager'>, at: string): Words {
  if (manager === null) return [];
  return [' (', { code: clip(manager.name, 60) }, manager.at === null ? ')' : `, ${ago(manager.at, at)})`];
}

function listed(paths: readonly PathChange[], words: (path: PathChange) => Words): string {
  return cut(paths, words);
}

/** A line for each, as far as they are listed. `more`: how many there are besides. */
function cut<T>(items: readonly T[], words: (item: T) => Words, more = 0): string {
  const lines = items.slice(0, pathsListed).map((item) => `* ${inMarkdown(words(item))}`);
  const rest = items.length - lines.length + more;
  return [...lines, ...(rest === 0 ? [] : [`* and ${count(rest, 'more field')}`])].join('\n');
}
