import type { JobContext } from '../../ports/handler.ts';
import { desireEnvironments } from '../desire/desire-environments.ts';
import type { DesirePorts } from '../desire/wish.ts';
import { type Answer, type Asker, type Carried, refused } from './answer.ts';
import { chooseEnvironments } from './choose-environments.ts';

/** `/sync [environment]`; null: all that follow the base of the pull request. */
export async function answerSync(
  name: string | null,
  asker: Asker,
  ports: DesirePorts,
  context: JobContext,
): Promise<Answer> {
  const choice = await chooseEnvironments('sync', name, asker.pull, ports);
  if (choice.kind === 'none') return refused(choice.reply);
  const { id, author, createdAt } = asker.comment;
  const reply = { number: asker.pull.number, comment: id };
  const asked = { kind: 'sync', by: author, at: createdAt, reply } as const;
  const carryOut = async (): Promise<Carried> => {
    const wishes = { reading: choice.reading, environments: choice.environments, before: null, asked };
    const fulfilled = await desireEnvironments(wishes, ports, context);
    const synced = fulfilled.map(({ environment, outcome }) => ({
      environment: environment.name,
      branch: environment.follow.branch,
      outcome,
    }));
    const { state, base } = asker.pull;
    return {
      done: synced.every(({ outcome: { kind } }) => kind === 'converging' || kind === 'waiting'),
      reply: { kind: 'synced', environments: synced, pull: { merged: state === 'merged', base: base.ref } },
    };
  };
  return { done: true, reply: null, marker: null, stands: false, carryOut };
}
