import { aggregateName, environmentRunName } from '../../domain/check-run.ts';
import { commandUsages, confirmCommand, shortDigest } from '../../domain/command.ts';
import type { CommandReply, Planning, WaitingPlan } from '../../domain/command-reply.ts';
import { nearestName } from '../../domain/nearest-name.ts';
import { statusContext } from '../../domain/own-status.ts';
import type { Permission } from '../../domain/repository.ts';
import { code, list, prose } from '../text/markdown.ts';
import { presentExplained } from './explained.ts';
import { presentHelp } from './help.ts';
import { presentStanding } from './standing.ts';
import { presentSync } from './sync-reply.ts';

/** The answer to one command, as Markdown; `asker` is the login of who gave it. */
export function presentReply(reply: CommandReply, asker: string): string {
  switch (reply.kind) {
    case 'comment-changed':
      return 'This comment was changed after it was written, so nothing in it counts, whoever changed it. Write what you want in a new comment.';
    case 'too-many-commands':
      return `This comment holds ${reply.said} different commands, and at most ${reply.limit} are taken from one, so nothing was done.`;
    case 'not-permitted':
      return `\`/${reply.command}\` needs write permission on this repository; ${person(asker)} has ${permissionWords(reply.permission)}.`;
    case 'misused':
      return `\`/${reply.command}\` is written ${code(reply.usage)}, with nothing else on the line.${digestWords(reply.usage)} Nothing was done.`;
    case 'mistyped':
      return `There is no command ${code(`/${reply.command}`, 60)}, so nothing was done. Did you mean ${code(reply.meant)}?`;
    case 'unavailable':
      return `\`/${reply.command}\` is not there yet. There are ${list(
        commandUsages.map((usage) => code(usage)),
        10,
      )}.`;
    case 'not-open':
      return `This pull request is not open, so \`/${reply.command}\` has nothing to do.`;
    case 'other-head':
      return `The head of this pull request is now \`${reply.head.slice(0, 7)}\`, which had not been shown when the comment was written. A fork is planned only at a head that somebody has looked at: look at it, and comment \`/plan\` again.`;
    case 'fork-planned':
      return `Planning \`${reply.head.slice(0, 7)}\`, as ${person(asker)} asked. What is pushed after it waits for \`/plan\` again.`;
    case 'nothing-to-confirm':
      return 'No plan of this pull request waits for `/confirm`.';
    case 'confirm-elsewhere':
      return `What waits here is released together with #${reply.number}, which was merged later: confirm it there.`;
    case 'not-second-person': {
      const part = reply.commit === null ? 'opened' : `wrote commit ${reply.commit.slice(0, 7)} of`;
      return `\`/confirm\` is for a second person: ${person(reply.person)} ${part} ${pullWords(reply.of)}, so somebody with write permission who wrote nothing of it confirms it.`;
    }
    case 'pushed-it':
      return `\`/confirm\` is for a second person: ${person(reply.person)} wrote commit ${reply.commit.slice(0, 7)}, which was pushed directly and is released together with this pull request, so somebody with write permission who wrote nothing of it confirms it.`;
    case 'merged-by-hand':
      return `\`/confirm\` is for a second person: ${person(reply.person)} made commit ${reply.commit.slice(0, 7)}, which is not what Git makes of merging ${pullWords(reply.of)}, so somebody with write permission who wrote nothing of it confirms it.`;
    case 'too-many-commits':
      return `Nobody can confirm this: ${pullWords(reply.of)} holds more than the ${reply.listed} commits that GitHub lists, so who wrote the others cannot be known. Make fewer commits of it (squash them); if it is merged, revert it and bring it again.`;
    case 'still-planning':
      return `Nothing was confirmed: ${planningWords(reply.planning)}${waitingWords(reply.waiting)}`;
    case 'no-such-digest':
      return `Nothing that waits here has the digest ${code(reply.digest, 64)}, so nothing was confirmed: it is mistyped, or the plan has changed since. Look at the plan above, and then paste:${pasteWords(reply.waiting)}`;
    case 'plan-changed':
      return `What waits now is not what was shown when the comment was written, so nothing was confirmed. Look at the plan above, and then paste:${pasteWords(reply.waiting)}`;
    case 'confirmed': {
      const plans = reply.plans.map((plan) => `${bold(plan.environment)} \`${shortDigest(plan.digest)}\``);
      const others = reply.planning === null ? '' : ` Not confirmed: ${planningWords(reply.planning)}`;
      return `Confirmed by ${person(reply.by)}: the plan of ${list(plans, 10)}. A plan that changes waits again.${others}`;
    }
    case 'settings-unreadable':
      return 'The settings (`.github/fairlead.yml` on the default branch) cannot be read, so nothing was done.';
    case 'no-such-environment':
      return noSuchEnvironment(reply);
    case 'synced':
      return presentSync(reply.environments, reply.pull);
    case 'standing':
      return presentStanding(reply);
    case 'not-inspected':
      return `Head ${reply.head.slice(0, 7)} is being looked at. When the check ${code(aggregateName)} has its answer, ask again.`;
    case 'explained':
      return presentExplained(reply);
    case 'help':
      return presentHelp();
  }
}

function digestWords(usage: string): string {
  return usage.includes('DIGEST') ? ' DIGEST stands below what waits, 12 letters and digits to copy.' : '';
}

function pullWords(number: number | null): string {
  return number === null ? 'this pull request' : `#${number}`;
}

/** What is being planned, and where to look for what to confirm. */
function planningWords(planning: Planning): string {
  const environments = list(planning.environments.map(bold), 10);
  switch (planning.kind) {
    case 'pull-request': {
      const [only] = planning.environments;
      const check = planning.environments.length === 1 && only !== undefined ? environmentRunName(only) : aggregateName;
      const what = environments === '' ? 'this pull request' : environments;
      return `${what} is being planned anew. When the check ${code(check)} has its plan, look at that, and confirm then.`;
    }
    case 'release': {
      const contexts = list(
        planning.environments.map((name) => code(statusContext(name))),
        10,
      );
      return `the release of ${environments} is being planned anew. When it waits, ${contexts} on ${planning.commit.slice(0, 7)} says so, with the command to paste.`;
    }
  }
}

function waitingWords(waiting: readonly WaitingPlan[]): string {
  return waiting.length === 0
    ? ''
    : `\n\nWhat waits already, to paste when you have looked at it:${pasteWords(waiting)}`;
}

function pasteWords(waiting: readonly WaitingPlan[]): string {
  const lines = waiting.slice(0, 20).map((plan) => `${bold(plan.environment)}: \`${confirmCommand(plan.digest)}\``);
  const more = waiting.length > 20 ? [`and ${waiting.length - 20} more, each in its check run`] : [];
  return [...lines, ...more].map((line) => `\n* ${line}`).join('');
}

function noSuchEnvironment({
  command,
  asked,
  known,
}: Extract<CommandReply, { readonly kind: 'no-such-environment' }>): string {
  const question =
    asked === null
      ? 'No environment follows the base branch of this pull request.'
      : `There is no environment ${code(asked)}.`;
  if (known.length === 0) return `${question} The settings name none.`;
  const nearest = asked === null ? null : meant(asked.toLowerCase(), known);
  const suggestion = nearest === null ? '' : ` Did you mean ${code(`/${command} ${nearest}`)}?`;
  return `${question}${suggestion} The settings name ${list(
    known.map((name) => code(name)),
    20,
  )}.`;
}

/** `stagin`, or the beginning of just one: `prod`. */
function meant(asked: string, known: readonly string[]): string | null {
  const begun = known.filter((name) => name.startsWith(asked));
  return nearestName(asked, known) ?? (begun.length === 1 ? (begun[0] ?? null) : null);
}

// A name in code mentions nobody.
function person(login: string): string {
  return code(login, 60);
}

function bold(environment: string): string {
  return `**${prose(environment)}**`;
}

function permissionWords(permission: Permission): string {
  return permission === 'none' ? 'none' : `only \`${permission}\``;
}
