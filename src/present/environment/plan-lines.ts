import { confirmCommand } from '../../domain/command.ts';
import type { Environment } from '../../domain/environment.ts';
import { identityName, originText } from '../../domain/manifest.ts';
import type { QueueBranch } from '../../domain/merge-group.ts';
import { type ForeignOfManager, type HiddenFields, isKeptBack, type Plan } from '../../domain/plan.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { AlsoChanged } from '../preview.ts';
import { docLink } from '../text/doc-link.ts';
import { fitLines } from '../text/fit.ts';
import { code, count, list, prose } from '../text/markdown.ts';
import { ago, dateAndTime } from '../text/times.ts';
import { clip } from '../text/visible-text.ts';
import { inMarkdown, wordsOf } from '../text/words.ts';
import type { FooterSaid } from './said-before.ts';

/**
 * Why a second person must look, and the words to say so. '' where nobody need. `queue`: of a merge group, which no command
 * confirms; what to do is said above. Of what is blocked there is nothing to confirm yet: mended, it is another plan.
 */
export function confirmLines(plan: Plan, confirmedBy: string | null, queue: QueueBranch | null): string {
  if (plan.confirmReasons.length === 0) return '';
  const reasons = plan.confirmReasons.slice(0, 10).map((reason) => `* ${prose(clip(reason, 300))}`);
  const rest = plan.confirmReasons.length - reasons.length;
  const ask =
    confirmedBy !== null
      ? `Confirmed by ${code(confirmedBy, 60)}.`
      : `A second person with write permission confirms this with \`${confirmCommand(plan.digest)}\` (\`/confirm\` alone: all that waits here).`;
  const blocked = plan.changes.some(isKeptBack);
  return [
    confirmedBy === null
      ? `**✋ ${blocked ? 'Once mended, waits' : 'Waits'} for a second person:**`
      : '**A second person looked at this:**',
    ...reasons,
    ...(rest === 0 ? [] : [`* and ${count(rest, 'more reason')}`]),
    ...((queue !== null || blocked) && confirmedBy === null ? [] : ['', ask]),
  ].join('\n');
}

/** What there is to say of the plan as a whole that is not said of its objects already. */
export function remarksOn({ changes, problems }: Plan): readonly Problem[] {
  const said = new Set(changes.filter(isKeptBack).map(({ reason }) => reason.message));
  return problems.filter(({ message }) => !said.has(message));
}

/** What is wrong with what a person wrote, where they can mend it; as many as fit in `bytes`. */
export function problemLines(problems: readonly Problem[], bytes: number): string {
  return fitLines(
    problems,
    (problem) => `* ${problemLine(problem, Math.max(600, bytes / 10))}`,
    bytes,
    (rest) => `* and ${count(rest, 'more problem')}`,
  );
}

/** `⚠️ Also changed by other open pull requests: Deployment shop/web by #12.`; '' where nothing is. */
export function alsoChangedLine(objects: readonly AlsoChanged[]): string {
  if (objects.length === 0) return '';
  const named = objects.slice(0, 5).map(
    ({ identity, by }) =>
      `${prose(identityName(identity))} by ${list(
        by.map((number) => `#${number}`),
        5,
      )}`,
  );
  const rest = objects.length - named.length;
  return `⚠️ Also changed by other open pull requests: ${list(rest === 0 ? named : [...named, count(rest, 'more object')], 6)}.`;
}

/** What becomes of an environment that the pull request takes out of the settings, with its folder or without. */
export function removedLines({ cluster, namespace }: Environment, docs: string | null): string {
  return `**Removed by this pull request.** Once it is merged, nothing of it is planned or released any more. What it released stays in namespace ${code(namespace)} of cluster ${code(cluster)}, orphaned: it runs on, nothing deletes it, and nobody looks after it. Fairlead’s ${docLink('orphaned.md', docs)} says how to find it and delete it.`;
}

/** What was compared with what, when, what is hidden and why, what is not shown. One paragraph. `said`: elsewhere already. */
export function comparedLine(plan: Plan, said: FooterSaid = { foreign: null, hidden: null }): string {
  const { released } = plan.compared;
  const sentences = [
    `Compared with the cluster on ${prose(dateAndTime(plan.at))}; ${
      released === null ? 'nothing was released there yet' : `released there: \`${released.slice(0, 7)}\``
    }.`,
    hiddenSentence(plan.hidden, said.hidden),
    foreignSentence(plan, said.foreign),
    plan.unchanged === 0 ? '' : `${count(plan.unchanged, 'unchanged object')}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function problemLine({ file, line, path, message }: Problem, limit: number): string {
  const field = path === null || message.includes(`\`${path}\``) ? '' : ` ${code(path)}`;
  const where = file === null ? '' : `${code(originText({ file, line }))}${field}: `;
  return `${where}${inMarkdown(wordsOf(clip(message, limit)))}`;
}

function hiddenSentence(hidden: readonly HiddenFields[], as: string | null): string {
  if (hidden.length === 0) return '';
  if (as !== null) return `Hidden by rule: the same as in **${prose(as)}**.`;
  // What hides most is most worth a look.
  const rules = hidden
    .toSorted((left, right) => (right.count ?? 1) - (left.count ?? 1))
    .slice(0, 5)
    .map(({ identity, path, rule, count: fields = 1 }) => {
      const more = fields === 1 ? '' : ` and ${count(fields - 1, 'more field')}`;
      return `${code(path)} of ${prose(identityName(identity))}${more} (${prose(clip(rule, 80))})`;
    });
  const rest = hidden.length - rules.length;
  return `Hidden by rule: ${list(rest === 0 ? rules : [...rules, count(rest, 'more rule')], 6)}.`;
}

/** Managers whose fields are named. */
const managersNamed = 5;

function foreignSentence({ foreign = [], at }: Plan, as: string | null): string {
  if (foreign.length === 0) return '';
  if (as !== null) return `Set by others, and not in Git: the same as in **${prose(as)}**.`;
  const managers = foreign
    .toSorted((left, right) => right.count - left.count)
    .slice(0, managersNamed)
    .map(({ identity, path, manager, count: fields }) => {
      const more = fields === 1 ? '' : ` and ${count(fields - 1, 'more field')}`;
      return `${code(path)} of ${prose(identityName(identity))}${more} (${holderText(manager, at)})`;
    });
  const rest = foreign.length - managers.length;
  return `Set by others, and not in Git: ${list(rest === 0 ? managers : [...managers, count(rest, 'more manager')], managersNamed + 1)}.`;
}

function holderText({ name, at }: ForeignOfManager['manager'], now: string): string {
  return `${code(name, 60)}${at === null ? '' : `, ${prose(ago(at, now))}`}`;
}
