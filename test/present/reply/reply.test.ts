import { describe, expect, it } from 'vitest';
import { presentReply } from '../../../src/present/reply/reply.ts';
import { anEnvironment } from '../../acme-shop.ts';
import { aReport, head, planDigest } from '../sample-view.ts';

describe('the answer to a command', () => {
  it('says which permission is missing', () => {
    const reply = presentReply({ kind: 'not-permitted', command: 'sync', permission: 'read' }, 'mallory');
    expect(reply).toBe('`/sync` needs write permission on this repository; `mallory` has only `read`.');
  });

  it('gives the command to paste where the plan has changed', () => {
    const reply = presentReply(
      { kind: 'plan-changed', waiting: [{ environment: 'production', digest: planDigest }] },
      'grace',
    );
    expect(reply).toContain('`/confirm 3f9a1c2b3d4e`');
  });

  it('says which command was probably meant', () => {
    const reply = presentReply({ kind: 'mistyped', command: 'snyc', meant: '/sync [environment]' }, 'ada');
    expect(reply).toBe('There is no command `/snyc`, so nothing was done. Did you mean `/sync [environment]`?');
  });

  it('mentions nobody in the version that a cluster says it has', () => {
    const environment = anEnvironment('staging');
    const environments = [
      { environment, state: { kind: 'unaffected', from: null }, clusterVersion: 'v1 @ops' },
    ] as const;
    const reply = presentReply({ kind: 'explained', head, base: head, baseRef: 'main', environments }, 'ada');
    expect(reply).toContain('(v1 @&#8203;ops)');
  });

  it('keeps what an environment waits for apart from the commit', () => {
    const reason = 'nothing was released here yet; /sync releases it';
    const report = aReport('staging', { kind: 'waiting', reason, confirmDigest: null, plan: null });
    const standing = { environment: anEnvironment('staging'), report, said: null, orphaned: null };
    const reply = presentReply({ kind: 'standing', environments: [standing], at: '2026-11-20T15:02:00.000Z' }, 'eve');
    expect(reply).toContain('): waiting: nothing was released here yet; /sync releases it (9f2c1ab, 2 minutes ago)');
  });

  it('asks for a second person', () => {
    const opened = presentReply({ kind: 'not-second-person', person: 'ada', commit: null, of: null }, 'ada');
    expect(opened).toContain('second person: `ada` opened this pull request');
    const wrote = presentReply({ kind: 'not-second-person', person: 'grace', commit: head, of: 7 }, 'grace');
    expect(wrote).toContain('`grace` wrote commit 3d5e8f0 of #7');
  });

  it('says who put something into a merge', () => {
    const reply = presentReply({ kind: 'merged-by-hand', person: 'ada', commit: head, of: 7 }, 'ada');
    expect(reply).toContain('second person: `ada` made commit 3d5e8f0, which is not what Git makes of merging #7');
  });

  it('says that nobody can tell who wrote what GitHub does not list', () => {
    const reply = presentReply({ kind: 'too-many-commits', listed: 250, of: null }, 'grace');
    expect(reply).toContain('this pull request holds more than the 250 commits that GitHub lists');
  });

  it('says where the plan to confirm will be', () => {
    const open = (environments: readonly string[]): string =>
      presentReply({ kind: 'still-planning', planning: { kind: 'pull-request', environments }, waiting: [] }, 'grace');
    expect(open([])).toContain('the check `fairlead/plan` has its plan');
    expect(open(['staging'])).toContain('the check `fairlead/plan (staging)` has its plan');
    expect(open(['staging', 'production'])).toContain('**staging** and **production**');
    const planning = { kind: 'release', commit: head, environments: ['staging'] } as const;
    const merged = presentReply({ kind: 'still-planning', planning, waiting: [] }, 'grace');
    expect(merged).toContain('`fairlead/staging` on 3d5e8f0');
    const waiting = [{ environment: 'production', digest: planDigest }];
    expect(presentReply({ kind: 'still-planning', planning, waiting }, 'grace')).toContain('`/confirm 3f9a1c2b3d4e`');
  });

  it('suggests the environment that was meant', () => {
    const known = ['staging', 'production'];
    const near = presentReply({ kind: 'no-such-environment', command: 'sync', asked: 'stagin', known }, 'ada');
    expect(near).toContain('Did you mean `/sync staging`?');
    expect(near).toContain('`staging` and `production`');
    for (const asked of ['prod', 'Production']) {
      const reply = presentReply({ kind: 'no-such-environment', command: 'sync', asked, known }, 'ada');
      expect(reply).toContain('Did you mean `/sync production`?');
    }
    expect(presentReply({ kind: 'no-such-environment', command: 'sync', asked: 'moon', known }, 'ada')).not.toContain(
      'mean',
    );
    expect(presentReply({ kind: 'no-such-environment', command: 'sync', asked: null, known: [] }, 'ada')).toContain(
      'follows',
    );
  });

  it('says where each environment goes after /sync, or why it does not', () => {
    const pull = { merged: true, base: 'main' };
    const staging = { environment: 'staging', branch: 'main', outcome: { kind: 'converging', commit: head } } as const;
    expect(presentReply({ kind: 'synced', environments: [staging], pull }, 'ada')).toBe(
      '**staging**: converging to 3d5e8f0',
    );
    const waits = { kind: 'waiting', commit: head, reason: 'staging has not converged on it yet' } as const;
    const refused = { kind: 'refused', commit: head, reason: 'not allowed: namespace <b>' } as const;
    const environments = [
      staging,
      { environment: 'production', branch: 'stable', outcome: waits },
      { environment: 'reports', branch: 'main', outcome: refused },
      { environment: 'edge', branch: 'gone', outcome: { kind: 'no-branch' } },
    ] as const;
    expect(presentReply({ kind: 'synced', environments, pull: { ...pull, merged: false } }, 'ada').split('\n')).toEqual(
      [
        '* **staging**: converging to 3d5e8f0',
        '* **production**: follows `stable`; waits at 3d5e8f0: staging has not converged on it yet',
        '* **reports**: nothing is released at 3d5e8f0: not allowed: namespace &lt;b&gt;',
        '* **edge**: follows `gone`; there is no such branch, so there is nothing to release',
        '',
        'This pull request is not merged, so nothing of it is in that.',
      ],
    );
  });

  it('says which head of a fork is planned', () => {
    expect(presentReply({ kind: 'fork-planned', head }, 'ada')).toContain('`3d5e8f0`');
    expect(presentReply({ kind: 'other-head', head }, 'ada')).toContain('`3d5e8f0`');
  });

  it('shows how a command is written', () => {
    expect(presentReply({ kind: 'misused', command: 'confirm', usage: '/confirm [DIGEST]' }, 'ada')).toContain(
      '`/confirm [DIGEST]`',
    );
    expect(presentReply({ kind: 'unavailable', command: 'rollback' }, 'ada')).toContain('`/plan`');
  });

  it('names what was confirmed and by whom', () => {
    const plans = [
      { environment: 'staging', digest: planDigest },
      { environment: 'production', digest: 'a'.repeat(64) },
    ];
    const said =
      'Confirmed by `grace`: the plan of **staging** `3f9a1c2b3d4e` and **production** `aaaaaaaaaaaa`. A plan that changes waits again.';
    expect(presentReply({ kind: 'confirmed', by: 'grace', plans, planning: null }, 'grace')).toBe(said);
    const planning = { kind: 'pull-request', environments: ['reports'] } as const;
    expect(presentReply({ kind: 'confirmed', by: 'grace', plans, planning }, 'grace')).toBe(
      `${said} Not confirmed: **reports** is being planned anew. When the check \`fairlead/plan (reports)\` has its plan, look at that, and confirm then.`,
    );
  });
});
