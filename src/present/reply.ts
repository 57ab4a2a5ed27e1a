import { nearestName } from '../domain/nearest-name.ts';
import type { CommitId, Permission } from '../domain/repository.ts';
import { code, list, prose } from './markdown.ts';
import { confirmCommand } from './release-sentence.ts';

/** A plan that waits for a second person. */
export interface WaitingPlan {
  readonly environment: string;
  readonly digest: string;
}

/** What there is to say to a command besides a reaction. Commands are named without their slash. */
export type CommandReply =
  | { readonly kind: 'not-permitted'; readonly command: string; readonly permission: Permission }
  /** The words after the command are not what it takes. */
  | { readonly kind: 'misused'; readonly command: string; readonly usage: string }
  /** Named in the design, not there yet. */
  | { readonly kind: 'unavailable'; readonly command: string }
  | { readonly kind: 'not-open'; readonly command: string }
  /** A fork's head was pushed after the comment was written, or had not been shown by then. */
  | { readonly kind: 'head-moved'; readonly head: CommitId }
  | { readonly kind: 'fork-planned'; readonly head: CommitId }
  | { readonly kind: 'nothing-to-confirm' }
  /** A later pull request carried this one along, and both are released together. */
  | { readonly kind: 'confirm-elsewhere'; readonly number: number }
  | { readonly kind: 'not-second-person'; readonly author: string }
  /** What waits is not what was shown when the comment was written. */
  | { readonly kind: 'plan-changed'; readonly waiting: readonly WaitingPlan[] }
  | { readonly kind: 'confirmed'; readonly by: string; readonly plans: readonly WaitingPlan[] }
  | { readonly kind: 'settings-unreadable' }
  | { readonly kind: 'no-such-environment'; readonly asked: string | null; readonly known: readonly string[] };

/** The answer to one command, as Markdown; `asker` is the login of who gave it. */
export function presentReply(reply: CommandReply, asker: string): string {
  switch (reply.kind) {
    case 'not-permitted':
      return `\`/${reply.command}\` needs write permission on this repository; ${person(asker)} has ${permissionWords(reply.permission)}.`;
    case 'misused':
      return `\`/${reply.command}\` is written ${code(reply.usage)}, with nothing else on the line. Nothing was done.`;
    case 'unavailable':
      return `\`/${reply.command}\` is not there yet. There are \`/plan\`, \`/sync [environment]\` and \`/confirm [DIGEST]\`.`;
    case 'not-open':
      return `This pull request is not open, so \`/${reply.command}\` has nothing to do.`;
    case 'head-moved':
      return `The head of this pull request is now \`${reply.head.slice(0, 7)}\`, which had not been shown when the comment was written. A fork is planned only at a head that somebody has looked at: look at it, and comment \`/plan\` again.`;
    case 'fork-planned':
      return `Planning \`${reply.head.slice(0, 7)}\`, as ${person(asker)} asked. What is pushed after it waits for \`/plan\` again.`;
    case 'nothing-to-confirm':
      return 'No plan of this pull request waits for `/confirm`.';
    case 'confirm-elsewhere':
      return `What waits here is released together with #${reply.number}, which was merged later: confirm it there.`;
    case 'not-second-person':
      return `\`/confirm\` is for a second person: ${person(reply.author)} wrote what waits here, so somebody else with write permission confirms it.`;
    case 'plan-changed':
      return [
        'What waits now is not what was shown when the comment was written, so nothing was confirmed. Look at the plan above, and then paste:',
        ...reply.waiting.slice(0, 20).map((plan) => `* ${bold(plan.environment)}: \`${confirmCommand(plan.digest)}\``),
        ...(reply.waiting.length > 20 ? [`* and ${reply.waiting.length - 20} more, each in its check run`] : []),
      ].join('\n');
    case 'confirmed': {
      const plans = reply.plans.map((plan) => `${bold(plan.environment)} \`${plan.digest.slice(0, 12)}\``);
      return `Confirmed by ${person(reply.by)}: the plan of ${list(plans, 10)}. A plan that changes waits again.`;
    }
    case 'settings-unreadable':
      return 'The settings (`.github/fairlead.yml` on the default branch) cannot be read, so nothing was done.';
    case 'no-such-environment':
      return noSuchEnvironment(reply.asked, reply.known);
  }
}

function noSuchEnvironment(asked: string | null, known: readonly string[]): string {
  const question =
    asked === null
      ? 'No environment follows the base branch of this pull request.'
      : `There is no environment ${code(asked)}.`;
  if (known.length === 0) return `${question} The settings name none.`;
  const nearest = asked === null ? null : nearestName(asked, known);
  const suggestion = nearest === null ? '' : ` Did you mean \`/sync ${nearest}\`?`;
  return `${question}${suggestion} The settings name ${list(
    known.map((name) => code(name)),
    20,
  )}.`;
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
