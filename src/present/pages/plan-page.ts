import { confirmCommand } from '../../domain/command.ts';
import { originText } from '../../domain/manifest.ts';
import { type Action, type Change, isKeptBack, type Plan } from '../../domain/plan.ts';
import { planKeptMs } from '../../domain/plan-link.ts';
import { changeInText } from '../change/change-section.ts';
import { changeName, changeWords, notAuthoredWords } from '../change/change-words.ts';
import { blockedLead } from '../environment/blocked-lines.ts';
import { environmentTitle } from '../environment/environment-title.ts';
import { comparedLine, confirmLines, problemLines, remarksOn } from '../environment/plan-lines.ts';
import { cutDiff } from '../text/cut-diff.ts';
import { code, count, prose } from '../text/markdown.ts';
import { dateAndTime } from '../text/times.ts';
import { clip, clippedLine } from '../text/visible-text.ts';
import { inMarkdown } from '../text/words.ts';
import { htmlText, markdownHtml } from './markdown-html.ts';
import { framed, type PagePieces } from './page-frame.ts';
import { objectBytes, type PlanPart, type PlanQuery, planPart } from './plan-parts.ts';

/** What of its link a page repeats in its own, which lead to other parts of the same plan. */
export interface PageLink {
  readonly until: string;
  readonly signature: string;
}

const actions: readonly Action[] = ['blocked', 'unknown', 'delete', 'replace', 'update', 'create', 'unchanged'];
/** Fewer objects than this stand open. */
const fewObjects = 6;

/** The whole plan of an environment, in pieces of which none takes long to write. */
export function planPage(plan: Plan, query: PlanQuery, link: PageLink): PagePieces {
  const { pullRequest } = plan.compared;
  const of = pullRequest === null ? '' : ` of #${pullRequest}`;
  const title = `Plan of ${plan.environment}${of} · ${plan.repository.owner}/${plan.repository.name}`;
  return framed(clippedLine(title, 200), main(plan, query, link));
}

function* main(plan: Plan, query: PlanQuery, link: PageLink): Generator<string> {
  const part = planPart(plan, query);
  yield `<a class="skip" href="#objects">Skip to the objects</a>\n`;
  yield head(plan);
  yield '<main>\n';
  yield section('What to know first', 'first', markdownHtml(lead(plan)));
  yield `<section aria-labelledby="objects">\n<h2 id="objects">Objects</h2>\n`;
  yield actionLinks(plan, query, link);
  yield searchForm(plan, part, query, link);
  for (const change of part.changes) yield object(change, plan, part.changes.length <= fewObjects);
  yield partLinks(part, query, link);
  yield '</section>\n';
  yield section('What was compared', 'compared', markdownHtml(comparedWords(plan)));
  yield '</main>\n';
}

function head(plan: Plan): string {
  const { owner, name } = plan.repository;
  const { pullRequest } = plan.compared;
  const of = pullRequest === null ? '' : ` · pull request #${pullRequest}`;
  return `<header>
<p class="dim">${shown(`${owner}/${name}`)}${of}</p>
<h1>Plan of ${shown(plan.environment)}</h1>
<p class="verdict">${shown(verdict(plan))}</p>
</header>
`;
}

function verdict(plan: Plan): string {
  const blocked = plan.changes.filter(isKeptBack);
  const title = environmentTitle({
    environment: plan,
    state:
      blocked.length > 0
        ? { kind: 'blocked', plan, blocked }
        : plan.confirmReasons.length > 0
          ? { kind: 'unconfirmed', plan }
          : { kind: 'ready', plan, confirmedBy: null },
  });
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}

function lead(plan: Plan): string {
  const blocked = plan.changes.filter(isKeptBack);
  const problems = remarksOn(plan);
  const parts = [
    blocked.length === 0 ? '' : blockedLead(blocked, plan, '../docs'),
    confirmLines(plan, null, null),
    plan.confirmReasons.length === 0
      ? ''
      : `Whether somebody said \`${confirmCommand(plan.digest)}\` since then stands on the pull request, and not here.`,
    plan.changes.some(({ action }) => action !== 'unchanged')
      ? ''
      : 'Nothing to change: the cluster is already as this merge would make it.',
    problems.length === 0 ? '' : `⚠️ Worth a look:\n${problemLines(problems, 30_000)}`,
  ];
  const text = parts.filter((one) => one !== '').join('\n\n');
  return text === '' ? 'Nothing of it is blocked, and nobody has to confirm it.' : text;
}

function comparedWords(plan: Plan): string {
  const { head: commit, base, pullRequest } = plan.compared;
  const merged =
    pullRequest === null
      ? `Commit \`${commit.slice(0, 7)}\``
      : `Head \`${commit.slice(0, 7)}\` of the pull request merged into \`${base.slice(0, 7)}\``;
  const where = `cluster ${code(plan.cluster)} (${prose(clip(plan.clusterVersion, 40))}), namespace ${code(plan.namespace)}`;
  const end = Date.parse(plan.at) + planKeptMs;
  const until = Number.isNaN(end) ? '' : ` This link is good until ${dateAndTime(new Date(end).toISOString())};`;
  return `${merged}, on ${where}. ${comparedLine(plan)}\n\nThe plan’s digest is \`${plan.digest.slice(0, 12)}\`.${until} \`/plan\` on the pull request makes another plan, with another link.`;
}

function section(title: string, id: string, html: string): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${html}\n</section>\n`;
}

function actionLinks({ changes }: Plan, query: PlanQuery, link: PageLink): string {
  const counted = actions.flatMap((action) => {
    const number = changes.filter((change) => change.action === action).length;
    return number === 0 ? [] : [{ action, number }];
  });
  if (counted.length < 2) return '';
  const item = (action: Action | null, number: number): string =>
    `<li><a href="${address({ find: '', action, part: 1 }, link)}"${query.action === action ? ' aria-current="true"' : ''}>${action ?? 'all'}&nbsp;${number.toLocaleString('en-US')}</a></li>`;
  const items = [item(null, changes.length), ...counted.map(({ action, number }) => item(action, number))];
  return `<nav aria-label="Objects by what becomes of them">\n<ul>\n${items.join('\n')}\n</ul>\n</nav>\n`;
}

// Without a script, and of a plan in several parts, the form asks for what is found; else the script looks at once.
function searchForm({ changes }: Plan, part: PlanPart, { find, action }: PlanQuery, link: PageLink): string {
  if (changes.length < 2) return '';
  const hidden = [
    ['until', link.until],
    ['signature', link.signature],
    ...(action === null ? [] : [['action', action] as const]),
  ].map(([name, value]) => `<input type="hidden" name="${name}" value="${htmlText(value ?? '')}">`);
  const said =
    part.found === changes.length && part.parts === 1
      ? count(changes.length, 'object')
      : `${part.changes.length.toLocaleString('en-US')} of ${count(part.found, 'object')}${part.found === changes.length ? '' : ` found among ${changes.length.toLocaleString('en-US')}`}`;
  return `<form role="search" method="get" data-parts="${part.parts}">
${hidden.join('\n')}
<label for="find">Search</label>
<input type="search" id="find" name="find" value="${htmlText(find)}" placeholder="a kind, a name, a field" autocomplete="off" maxlength="200">
<button>Search</button>
<button type="button" id="all" hidden>Open or close all</button>
</form>
<p id="said" role="status" class="dim">${said}</p>
`;
}

function object(change: Change, plan: Plan, open: boolean): string {
  const { text, cut } = cutDiff(change.diff, objectBytes);
  const words = isKeptBack(change) ? '' : inMarkdown(changeWords(change));
  const summary = words === '' ? '' : ` — ${inLine(markdownHtml(words))}`;
  const where = change.origin === null ? 'in the cluster' : `in Git at ${code(originText(change.origin))}`;
  const note = cut === null ? '' : `\n\n✂️ ${cut}: more of one object is not shown on a page. The whole is ${where}.`;
  // The heading of the text in a check run is the summary here.
  const body = changeInText({ ...change, diff: text }, plan.at).replace(/^[^\n]*\n*/, '');
  const html = markdownHtml(`${body}${note}`) || '<p>Nothing more is known of it.</p>';
  return `<details class="object"${open ? ' open' : ''}><summary><h3>${shown(clip(changeName(change), 300))}</h3>${summary}${notAuthoredWords(change)}</summary>
<div class="body">
${html}
</div></details>
`;
}

// A sentence is a paragraph to Markdown, and a part of the summary's line here.
function inLine(html: string): string {
  return html.replace(/^<p>|<\/p>$/g, '');
}

function partLinks({ part, parts }: PlanPart, query: PlanQuery, link: PageLink): string {
  if (parts === 1) return '';
  const to = (number: number, words: string): string =>
    number < 1 || number > parts ? '' : `<li><a href="${address({ ...query, part: number }, link)}">${words}</a></li>`;
  const items = [to(part - 1, '← before'), `<li>part ${part} of ${parts}</li>`, to(part + 1, 'more →')];
  return `<nav aria-label="Parts of this plan">\n<ul>\n${items.filter((item) => item !== '').join('\n')}\n</ul>\n</nav>\n`;
}

function address({ find, action, part }: PlanQuery, { until, signature }: PageLink): string {
  const query = new URLSearchParams({ until, signature });
  if (find !== '') query.set('find', find);
  if (action !== null) query.set('action', action);
  if (part > 1) query.set('part', String(part));
  return htmlText(`?${query.toString()}`);
}

/** Text from outside, on one line, with everything that cannot be seen made visible. */
function shown(text: string): string {
  return htmlText(clippedLine(text, 500));
}
