import type { CommandReply, ExplainedEnvironment } from '../../domain/command-reply.ts';
import { type Inspection, inspectedEnvironments } from '../../domain/inspection.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import { planAnew } from '../confirm/plan-anew.ts';
import { readSettings, type SettingsPorts } from '../repository/read-settings.ts';
import { type Answer, type Asker, refused, told } from './answer.ts';

export type ExplainPorts = SettingsPorts & {
  readonly records: Pick<Records, 'inspection' | 'plan'>;
  readonly queue: Queue;
};

/** `/explain [environment]`: why the pull request changes each environment, or does not. null: all of the settings. */
export async function answerExplain(name: string | null, { pull }: Asker, ports: ExplainPorts): Promise<Answer> {
  const { repository, number, head } = pull;
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return refused({ kind: 'settings-unreadable' });
  const { environments } = reading.settings;
  const chosen = environments.filter((environment) => name === null || environment.name === name);
  if (chosen.length === 0) {
    const known = environments.map((one) => one.name);
    return refused({ kind: 'no-such-environment', command: 'explain', asked: name, known });
  }
  return told(async (): Promise<CommandReply> => {
    const inspection = await ports.records.inspection(repository, number);
    if (inspection === null || inspection.head !== head.commit) {
      if (pull.state !== 'closed') await planAnew(pull, ports);
      return { kind: 'not-inspected', head: head.commit };
    }
    const explained: ExplainedEnvironment[] = [];
    for (const environment of chosen) {
      const found = inspectedEnvironments(inspection).find((one) => one.environment.name === environment.name);
      const clusterVersion = await versionOf(inspection, environment.name, ports);
      explained.push({ environment, state: found?.state ?? null, clusterVersion });
    }
    const { base, baseRef } = inspection;
    return { kind: 'explained', head: inspection.head, base, baseRef, environments: explained };
  });
}

async function versionOf(
  { repository, number, head, base }: Inspection,
  environment: string,
  { records }: Pick<ExplainPorts, 'records'>,
): Promise<string | null> {
  const record = await records.plan(repository, number, environment);
  if (record?.head !== head || record.base !== base || record.outcome.kind !== 'planned') return null;
  return record.outcome.plan.clusterVersion;
}
