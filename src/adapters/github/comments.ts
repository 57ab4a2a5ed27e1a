import type { Repository } from '../../domain/repository.ts';
import type { Comment, Comments } from '../../ports.ts';
import { goneAway, loginOf } from './pull-requests.ts';
import { type Answer, readList, readObject } from './read-answer.ts';
import { callerOf, place } from './repositories.ts';
import type { Transport } from './transport.ts';

const oneRoute = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

/**
 * https://docs.github.com/rest/issues/comments, /rest/reactions/reactions. `botLogin` is who the App writes as:
 * `fairlead[bot]`; no person can have such a name.
 */
export function createComments(transport: Transport, botLogin: () => Promise<string>): Comments {
  async function comments(repository: Repository, number: number): Promise<readonly Comment[]> {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const parameters = { ...place(repository), issue_number: number };
    const [bot, found] = await Promise.all([
      botLogin(),
      transport.list(callerOf(repository), route, parameters, (page) => readList(page, 'comments')),
    ]);
    if (found === null) throw goneAway(repository);
    return found.map((answer) => readComment(answer, bot));
  }

  async function ours(repository: Repository, number: number, marker: string): Promise<readonly Comment[]> {
    const all = await comments(repository, number);
    // The oldest is kept by every worker, so that two that made one each agree.
    return all.filter(({ own, body }) => own && body.includes(marker)).toSorted((left, right) => left.id - right.id);
  }

  function create(repository: Repository, number: number, marker: string, body: string): Promise<true> {
    return transport.create(
      callerOf(repository),
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...place(repository), issue_number: number, body },
      {
        read: () => true,
        look: async () => ((await ours(repository, number, marker)).length > 0 ? true : null),
      },
    );
  }

  return {
    comments,

    async comment(repository, comment) {
      const parameters = { ...place(repository), comment_id: comment };
      const data = await transport.get(callerOf(repository), `GET ${oneRoute}`, parameters);
      return data === null ? null : readComment(readObject(data, 'comment'), await botLogin());
    },

    async keepComment(repository, number, marker, body) {
      const [kept, ...doubles] = await ours(repository, number, marker);
      for (const { id } of doubles) {
        await transport.repeatable(callerOf(repository), `DELETE ${oneRoute}`, {
          ...place(repository),
          comment_id: id,
        });
      }
      if (kept === undefined) {
        await create(repository, number, marker, body);
      } else if (kept.body !== body) {
        const parameters = { ...place(repository), comment_id: kept.id, body };
        const edited = await transport.repeatable(callerOf(repository), `PATCH ${oneRoute}`, parameters);
        // Somebody deleted it since it was read.
        if (edited === null) await create(repository, number, marker, body);
      }
    },

    async react(repository, comment, reaction) {
      // One that is there already is answered with 200. A deleted comment needs no reaction.
      await transport.repeatable(callerOf(repository), `POST ${oneRoute}/reactions`, {
        ...place(repository),
        comment_id: comment,
        content: reaction,
      });
    },
  };
}

function readComment(answer: Answer, bot: string): Comment {
  const user = answer.objectOrNull('user');
  const author = loginOf(user);
  return {
    id: answer.number('id'),
    author,
    bot: user?.text('type') === 'Bot',
    own: author === bot,
    body: (answer.textOrNull('body') ?? '').replaceAll('\r\n', '\n'),
    createdAt: answer.text('created_at'),
    updatedAt: answer.text('updated_at'),
  };
}
