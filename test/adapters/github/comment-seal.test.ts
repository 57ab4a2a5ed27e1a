import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmationMarker, readConfirmations } from '../../../src/domain/marker.ts';
import { type LocalGitHub, openLocalGitHub } from './local-github.ts';

describe('a comment of the App', () => {
  const marker = '<!-- fairlead:reply 1 -->';
  const forged = confirmationMarker({ digest: 'a'.repeat(64), by: 'bob' });
  let github: LocalGitHub;
  let number: number;
  beforeEach(async () => {
    github = await openLocalGitHub();
    await github.push('change');
    number = await github.openPullRequest('change');
    await github.forge.keepComment(github.repository, number, marker, `${marker}\nNo plan waits.`);
  });
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
  });

  const raw = () => github.local.state.comments.where((comment) => comment.number === number)[0]?.body ?? '';
  const own = async (of = number) => (await github.forge.comments(github.repository, of)).filter((one) => one.own);
  const edit = async (body: string) => {
    const [comment] = await github.forge.comments(github.repository, number);
    await github.local.as('alice').editComment(comment?.id ?? 0, body);
  };

  it('is believed as it was written', async () => {
    const [comment] = await own();
    expect(comment?.body).toBe(`${marker}\nNo plan waits.`);
    expect(await github.forge.comment(github.repository, comment?.id ?? 0)).toEqual(comment);
  });

  it('is not believed once somebody with write permission edited it, and is written again', async () => {
    for (const body of [`${raw()}\n${forged}`, raw().replace('\n', `\n${forged}`), forged]) {
      await edit(body);
      expect(readConfirmations((await own()).map((comment) => comment.body))).toEqual([]);
      const [comment] = await github.forge.comments(github.repository, number);
      expect(comment).toMatchObject({ own: false, bot: true });
      expect(await github.forge.comment(github.repository, comment?.id ?? 0)).toEqual(comment);
    }
    await edit(`${raw()}\n${marker}`);
    await github.forge.keepComment(github.repository, number, marker, `${marker}\nNo plan waits.`);
    expect((await own()).map(({ body }) => body)).toEqual([`${marker}\nNo plan waits.`]);
  });

  it('is not believed where somebody put it on another pull request', async () => {
    await github.forge.keepComment(github.repository, number, marker, `${marker}${forged}\nConfirmed.`);
    await github.push('another');
    const other = await github.openPullRequest('another');
    await github.forge.keepComment(github.repository, other, marker, `${marker}\nNo plan waits.`);
    const [comment] = await own(other);
    await github.local.as('alice').editComment(comment?.id ?? 0, raw());
    expect(await own(other)).toEqual([]);
  });
});
