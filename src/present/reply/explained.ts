import { environmentRunName } from '../../domain/check-run.ts';
import type { CommandReply, ExplainedEnvironment } from '../../domain/command-reply.ts';
import { renderedLine } from '../environment/rendered-line.ts';
import { fitLines } from '../text/fit.ts';
import { code, count, prose } from '../text/markdown.ts';
import { clip, clippedLine } from '../text/visible-text.ts';

type Explained = Extract<CommandReply, { readonly kind: 'explained' }>;

/** Why each environment is changed by the pull request, or is not: a line for each. */
export function presentExplained({ head, base, baseRef, environments }: Explained): string {
  const heading = `Head ${head.slice(0, 7)}, merged into ${code(baseRef)} at ${base.slice(0, 7)}:`;
  const lines = fitLines(
    environments,
    (one) => `* **${prose(one.environment.name)}**: ${why(one, baseRef)}`,
    40_000,
    (rest) => `* and ${count(rest, 'more environment')}: ask with \`/explain ENVIRONMENT\``,
  );
  return `${heading}\n\n${lines}`;
}

function why({ environment, state, clusterVersion }: ExplainedEnvironment, baseRef: string): string {
  if (state === null) {
    const { branch } = environment.follow;
    if (branch === baseRef) return 'not looked at yet: the settings name it since. `/plan` looks again.';
    return `out, because it follows ${code(branch)} and this pull request goes into ${code(baseRef)}.`;
  }
  const { path, cluster, namespace } = environment;
  const where = `path ${code(path === '' ? '.' : path)}, cluster ${code(cluster)}${clusterVersion === null ? '' : ` (${prose(clip(clusterVersion, 40))})`}, namespace ${code(namespace)}`;
  switch (state.kind) {
    case 'affected':
      return `in, because it renders differently at base and merge result (${where}). ${rendered(state.from)}`;
    case 'unaffected':
      return `out, because it renders the same at base and merge result (${where}). ${rendered(state.from)}`;
    case 'refused':
      return `in, and cannot be rendered (${where}): the check ${code(environmentRunName(environment.name))} says why at its lines.`;
    case 'denied':
      return `out, because ${prose(clippedLine(state.reason, 300))}. The operator’s file decides.`;
    case 'removed':
      return 'in, because this pull request takes it out of the settings: nothing of it is released any more, and nothing is deleted.';
  }
}

function rendered(from: Parameters<typeof renderedLine>[0] | null): string {
  return from === null ? 'Nothing is there on either side.' : renderedLine(from);
}
