import type { Repository } from '../../domain/repository.ts';
import type { Comment, Comments } from '../../ports/forge.ts';
import type { CommentSeal } from './comment-seal.ts';
import { goneAway } from './forge-failures.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, loginOf, readList, readObject } from './read-answer.ts';
import type { Transport } from './transport.ts';

const oneRoute = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

/**
 * https://docs.github.com/rest/issues/comments, /rest/reactions/reactions. `botLogin` is who the App writes as:
 * `fairlead[bot]`; no person can have such a name, but others may edit what it wrote: that is what `seal` tells.
 */
export function createComments(
  transport: Transport,
  botLogin: () => Promise<string>,
  { seal, open }: CommentSeal,
): Comments {
  async function standing(repository: Repository, number: number): Promise<readonly StandingComment[]> {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const parameters = { ...pathOf(repository), issue_number: number };
    const [bot, found] = await Promise.all([
      botLogin(),
      transport.list(callerOf(repository), route, parameters, (page) => readList(page, 'comments')),
    ]);
    if (found === null) throw goneAway(repository);
    return found.map((answer) => readComment(answer, bot));
  }

  // Also those that somebody changed: they are written again.
  async function ours(repository: Repository, number: number, marker: string): Promise<readonly StandingComment[]> {
    const all = await standing(repository, number);
    // The oldest is kept by every worker, so that two that made one each agree.
    return all.filter(({ byUs, raw }) => byUs && raw.includes(marker)).toSorted((left, right) => left.id - right.id);
  }

  function believed(repository: Repository, number: number, { byUs, raw, ...comment }: StandingComment): Comment {
    const body = byUs ? open({ repository: repository.id, number }, raw) : null;
    return { ...comment, own: body !== null, body: body ?? raw };
  }

  function create(repository: Repository, number: number, marker: string, body: string): Promise<true> {
    return transport.create(
      callerOf(repository),
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...pathOf(repository), issue_number: number, body },
      {
        read: () => true,
        look: async () => ((await ours(repository, number, marker)).length > 0 ? true : null),
      },
    );
  }

  return {
    async comments(repository, number) {
      const found = await standing(repository, number);
      return found.map((comment) => believed(repository, number, comment));
    },

    async comment(repository, comment) {
      const parameters = { ...pathOf(repository), comment_id: comment };
      const data = await transport.get(callerOf(repository), `GET ${oneRoute}`, parameters);
      if (data === null) return null;
      const answer = readObject(data, 'comment');
      const number = Number(/\/(\d+)$/.exec(answer.text('issue_url'))?.[1]);
      return believed(repository, number, readComment(answer, await botLogin()));
    },

    async keepComment(repository, number, marker, said) {
      const body = seal({ repository: repository.id, number }, said);
      const [kept, ...doubles] = await ours(repository, number, marker);
      for (const { id } of doubles) {
        await transport.repeatable(callerOf(repository), `DELETE ${oneRoute}`, {
          ...pathOf(repository),
          comment_id: id,
        });
      }
      if (kept === undefined) {
        await create(repository, number, marker, body);
      } else if (kept.raw !== body) {
        const parameters = { ...pathOf(repository), comment_id: kept.id, body };
        const edited = await transport.repeatable(callerOf(repository), `PATCH ${oneRoute}`, parameters);
        // Somebody deleted it since it was read.
        if (edited === null) await create(repository, number, marker, body);
      }
    },

    async react(repository, comment, reaction) {
      // One that is there already is answered with 200. A deleted comment needs no reaction.
      await transport.repeatable(callerOf(repository), `POST ${oneRoute}/reactions`, {
        ...pathOf(repository),
        comment_id: comment,
        content: reaction,
      });
    },
  };
}

/** A comment as it stands there: whose it is says nothing about who wrote what is in it now. */
interface StandingComment extends Omit<Comment, 'own' | 'body'> {
  readonly byUs: boolean;
  readonly raw: string;
}

function readComment(answer: Answer, bot: string): StandingComment {
  const user = answer.objectOrNull('user');
  const author = loginOf(user);
  return {
    id: answer.number('id'),
    url: answer.text('html_url'),
    author,
    bot: user?.text('type') === 'Bot',
    byUs: author === bot,
    raw: (answer.textOrNull('body') ?? '').replaceAll('\r\n', '\n'),
    createdAt: answer.text('created_at'),
    updatedAt: answer.text('updated_at'),
  };
}
