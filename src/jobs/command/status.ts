import type { CommandReply, StandingEnvironment } from '../../domain/command-reply.ts';
import type { Environment } from '../../domain/environment.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import { kept } from '../many/reading-once.ts';
import type { SettingsPorts } from '../repository/read-settings.ts';
import { orphanedByMove } from '../said/orphaned-by-move.ts';
import { ownStatus } from '../said/own-status.ts';
import { type Answer, type Asker, refused, told } from './answer.ts';
import { chooseEnvironments } from './choose-environments.ts';

export type StatusPorts = SettingsPorts & {
  readonly forge: Pick<Statuses, 'statuses'>;
  readonly git: Pick<Git, 'tip'>;
  readonly records: Pick<Records, 'report' | 'desired' | 'orphanCount'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** `/status [environment]`: where each stands, as the records tell, else as its commit says. */
export async function answerStatus(name: string | null, { pull }: Asker, ports: StatusPorts): Promise<Answer> {
  const choice = await chooseEnvironments('status', name, pull, ports);
  if (choice.kind === 'none') return refused(choice.reply);
  const { repository } = pull;
  const statuses = kept((of, commit: string) => ports.forge.statuses(of, commit)).read;
  const tip = kept((of, branch: string) => ports.git.tip(of, branch)).read;
  const once = { ...ports, forge: { statuses }, git: { tip } };
  return told(async (): Promise<CommandReply> => {
    const environments: StandingEnvironment[] = [];
    for (const environment of choice.environments) environments.push(await standing(repository, environment, once));
    return { kind: 'standing', environments, at: isoTime(ports.clock.now()) };
  });
}

interface StandingPorts {
  readonly forge: Pick<Statuses, 'statuses'>;
  readonly git: Pick<Git, 'tip'>;
  readonly records: StatusPorts['records'];
}

async function standing(
  repository: Repository,
  environment: Environment,
  { forge, git, records }: StandingPorts,
): Promise<StandingEnvironment> {
  const { name, follow } = environment;
  const report = await records.report(repository, name);
  const desired = await records.desired(repository, name);
  const moved = desired === null ? null : await orphanedByMove({ repository, environment: name }, records);
  const orphaned = moved?.orphaned ?? null;
  const commit = desired?.commit ?? (await git.tip(repository, follow.branch));
  if (commit === null || report?.commit === commit) return { environment, report, said: null, orphaned };
  const status = await ownStatus({ repository, commit, environment: name }, forge);
  const said = status === null ? null : { commit, description: status.description };
  return { environment, report, said, orphaned };
}
