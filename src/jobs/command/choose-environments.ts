import type { CommandReply } from '../../domain/command-reply.ts';
import type { Environment } from '../../domain/environment.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { readSettings, type SettingsPorts, type SettingsReading } from '../repository/read-settings.ts';

export type Choice =
  | {
      readonly kind: 'chosen';
      readonly reading: Extract<SettingsReading, { readonly kind: 'read' }>;
      /** At least one. */
      readonly environments: readonly Environment[];
    }
  | { readonly kind: 'none'; readonly reply: CommandReply };

/** The environments that a command is about: the one it names, else all that follow the base of the pull request. */
export async function chooseEnvironments(
  command: string,
  name: string | null,
  pull: PullRequest,
  ports: SettingsPorts,
): Promise<Choice> {
  const reading = await readSettings(pull.repository, ports);
  if (reading.kind !== 'read') return { kind: 'none', reply: { kind: 'settings-unreadable' } };
  const { environments } = reading.settings;
  const chosen = environments.filter((environment) =>
    name === null ? environment.follow.branch === pull.base.ref : environment.name === name,
  );
  if (chosen.length > 0) return { kind: 'chosen', reading, environments: chosen };
  const known = environments.map((one) => one.name);
  return { kind: 'none', reply: { kind: 'no-such-environment', command, asked: name, known } };
}
