import type { ReleaseReport } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import { releaseSentence } from '../release/release-sentence.ts';
import { link, prose } from '../text/markdown.ts';
import { syncedName } from './sync-reply.ts';

/** How the release ended that a `/sync` asked for: what the reply to it then says of the environment. */
export function endOfSync(report: ReleaseReport): string {
  const { state, commit } = report;
  const at = commit.slice(0, 7);
  const sentence = releaseSentence(report, 600);
  if (state.kind === 'error') return `${at}: ${prose(sentence)}`;
  const where =
    state.kind === 'converged' && state.url !== null
      ? ` · ${link(state.url.replace(/^https?:\/\//, ''), state.url)}`
      : '';
  return `${prose(sentence.replace(/^[^:]+/, (lead) => `${lead} at ${at}`))}${where}`;
}

/** A newer commit releases what was asked for, and more. */
export function overtakenSync(by: CommitId): string {
  return `overtaken by ${by.slice(0, 7)}, whose status says how that ends`;
}

/** Our reply with another end of what it says of an environment; as it is where it says nothing of it. */
export function withSyncEnd(body: string, environment: string, end: string): string {
  const name = syncedName(environment);
  return body
    .split('\n')
    .map((line) => {
      const [bullet = ''] = /^(\* )?/.exec(line) ?? [];
      if (!line.startsWith(`${bullet}${name}`)) return line;
      const [follows = ''] = /^follows `[^`]+`; /.exec(line.slice(bullet.length + name.length)) ?? [];
      return `${bullet}${name}${follows}${end}`;
    })
    .join('\n');
}
