import type { Settings } from '../../domain/environment.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { Repository, RepositoryFacts, TreeId } from '../../domain/repository.ts';
import type { PlacedEnvironment } from '../../domain/settings-change.ts';
import { type NamedCluster, parseSettings } from '../../plan/settings/parse-settings.ts';
import type { FileReading, Git } from '../../ports/git.ts';

export const settingsFile = '.github/fairlead.yml';

/** What a tree says the settings are. What cannot be read is an answer, wherever it is asked for: somebody mends it. */
export type SettingsAt =
  | {
      readonly kind: 'read';
      readonly text: string;
      readonly settings: Settings;
      /** The same environments, each with its place in the file. */
      readonly placed: readonly PlacedEnvironment[];
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly clusters: readonly NamedCluster[] };

export async function settingsAt(
  { repository, defaultBranch }: Pick<RepositoryFacts, 'repository' | 'defaultBranch'>,
  tree: TreeId,
  git: Pick<Git, 'readFile'>,
): Promise<SettingsAt> {
  return settingsIn(await readSettingsFile(repository, tree, git), defaultBranch);
}

/** The file as it stands there: two that are equal hold the same settings, whatever they are. */
export function readSettingsFile(
  repository: Repository,
  tree: TreeId,
  git: Pick<Git, 'readFile'>,
): Promise<FileReading> {
  return git.readFile(repository, tree, settingsFile);
}

export function settingsIn(file: FileReading, defaultBranch: string): SettingsAt {
  switch (file.kind) {
    case 'absent':
      return file;
    case 'refused': {
      const message = `The settings cannot be read: ${settingsFile} ${file.why}.`;
      return { kind: 'invalid', problems: [{ file: settingsFile, line: null, path: null, message }], clusters: [] };
    }
    case 'file': {
      const { text } = file;
      const parsed = parseSettings(text, settingsFile, defaultBranch);
      if (parsed.kind === 'problems') return { ...parsed, kind: 'invalid' };
      return { kind: 'read', text, settings: parsed.settings, placed: parsed.placed };
    }
  }
}
