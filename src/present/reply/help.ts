import { commandNames, commandUsage } from '../../domain/command.ts';
import { code } from '../text/markdown.ts';

/** What there is to say in a comment, and what each does. */
export function presentHelp(): string {
  const lines = commandNames.map((name) => `* ${code(commandUsage(name))} ${does[name]}`);
  return [
    'On a line of its own in a new comment:',
    '',
    ...lines,
    '',
    'The first three need write permission. Edited comments and bots do not count.',
  ].join('\n');
}

const does: Readonly<Record<(typeof commandNames)[number], string>> = {
  plan: 'predicts this pull request again; on a fork’s it allows the head that you looked at to be planned.',
  confirm:
    'as a second person, lets a plan go on that waits for one: DIGEST stands beside it; without it, all that waits.',
  sync: 'releases what Git says now to an environment, or to all that follow this base branch, and undoes what was changed in the cluster and not in Git (drift).',
  status: 'says where each environment stands.',
  explain:
    'says why each environment is changed by this pull request, or is not: which files, which renderer, which versions.',
  help: 'says this.',
};
