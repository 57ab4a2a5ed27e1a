import type { CommandReply, StandingEnvironment } from '../../domain/command-reply.ts';
import { orphanedWords } from '../../domain/orphaned.ts';
import { releaseSentence } from '../release/release-sentence.ts';
import { fitLines } from '../text/fit.ts';
import { code, count, link, prose } from '../text/markdown.ts';
import { ago } from '../text/times.ts';
import { clippedLine } from '../text/visible-text.ts';

type Standing = Extract<CommandReply, { readonly kind: 'standing' }>;

/** Where each environment stands: a line for each. A bare commit id is a link on GitHub, to where its statuses are. */
export function presentStanding({ environments, at }: Standing): string {
  return fitLines(
    environments,
    (one) => `* ${line(one, at)}`,
    40_000,
    (rest) => `* and ${count(rest, 'more environment')}: ask with \`/status ENVIRONMENT\``,
  );
}

function line({ environment, report, said, orphaned }: StandingEnvironment, at: string): string {
  const { name, cluster, namespace, mode } = environment;
  const words = [
    report === null ? '' : released(report, at),
    said === null ? '' : `${said.commit.slice(0, 7)} says: ${prose(clippedLine(said.description, 200))}`,
    orphaned === null ? '' : prose(orphanedWords(orphaned)),
    mode === 'observe' ? 'it is only observed, never applied to' : '',
    mode === 'manual' ? 'it is released by `/sync` alone' : '',
  ].filter((part) => part !== '');
  const unknown = 'nothing is known of a release here; `/sync` begins one';
  return `**${prose(name)}** (cluster ${code(cluster)}, namespace ${code(namespace)}): ${words.length === 0 ? unknown : words.join(' · ')}`;
}

function released(report: NonNullable<StandingEnvironment['report']>, at: string): string {
  const { state, commit } = report;
  const sentence = `${prose(releaseSentence(report, 400))} (${commit.slice(0, 7)}, ${ago(report.at, at)})`;
  if (state.kind !== 'converged' || state.url === null) return sentence;
  return `${sentence} · ${link(state.url.replace(/^https?:\/\//, ''), state.url)}`;
}
