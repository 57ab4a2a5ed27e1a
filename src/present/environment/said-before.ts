import type { Change } from '../../domain/plan.ts';
import { commonCause, notAuthoredTitle } from '../change/cause-titles.ts';
import { type EnvironmentPreview, isPlanned } from '../preview.ts';
import { type SameChanges, sameChanges, sameChangesLine, sharedLine } from './same-changes.ts';
import { sameText } from './same-text.ts';

/** Of one environment, what another one before it says already. */
export interface SaidBefore {
  /** null: nothing of what the pull request changes. */
  readonly authored: SameChanges | null;
  /** null: nothing of what goes with its merge. */
  readonly others: SameChanges | null;
  /** All that is not shown again. */
  readonly shared: ReadonlySet<Change>;
  readonly footer: FooterSaid;
}

/** The environments that say the same of others' fields, and of what is hidden; null: none before it. */
export interface FooterSaid {
  readonly foreign: string | null;
  readonly hidden: string | null;
}

/** Of environments in the order in which they are shown, by name. */
export function saidBefore(environments: readonly EnvironmentPreview[]): (name: string) => SaidBefore {
  const authored = sameChanges(environments, ({ fromPullRequest }) => fromPullRequest);
  const others = sameChanges(environments, ({ fromPullRequest }) => !fromPullRequest);
  const footers = new Map<string, FooterSaid>();
  const first = { foreign: new Map<string, string>(), hidden: new Map<string, string>() };
  for (const { environment, state } of environments) {
    if (!isPlanned(state)) continue;
    const { plan } = state;
    const { name } = environment;
    const said = (which: keyof FooterSaid): string | null => {
      const text = sameText(plan[which] ?? [], plan);
      const earlier = first[which].get(text) ?? null;
      if (earlier === null) first[which].set(text, name);
      return earlier;
    };
    footers.set(name, { foreign: said('foreign'), hidden: said('hidden') });
  }
  return (name) => {
    const [own, foreign] = [authored.get(name) ?? null, others.get(name) ?? null];
    return {
      authored: own,
      others: foreign,
      shared: new Set([...(own?.shared ?? []), ...(foreign?.shared ?? [])]),
      footer: footers.get(name) ?? { foreign: null, hidden: null },
    };
  };
}

/** What stands in the place of the objects that are not shown again. */
export function saidBeforeLines({ authored, others }: SaidBefore): readonly string[] {
  return [
    ...(authored === null ? [] : [sameChangesLine(authored)]),
    ...(others === null ? [] : [`**${notAuthoredTitle(commonCause([...others.shared]))}:** ${sharedLine(others)}`]),
  ];
}
