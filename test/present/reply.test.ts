import { describe, expect, it } from 'vitest';
import { presentReply } from '../../src/present/reply.ts';
import { head, planDigest } from './sample-view.ts';

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

  it('asks for a second person', () => {
    const reply = presentReply({ kind: 'not-second-person', author: 'ada' }, 'ada');
    expect(reply).toContain('second person');
    expect(reply).toContain('`ada`');
  });

  it('suggests the environment that was meant', () => {
    const known = ['staging', 'production'];
    const near = presentReply({ kind: 'no-such-environment', asked: 'stagin', known }, 'ada');
    expect(near).toContain('Did you mean `/sync staging`?');
    expect(near).toContain('`staging` and `production`');
    expect(presentReply({ kind: 'no-such-environment', asked: 'moon', known }, 'ada')).not.toContain('mean');
    expect(presentReply({ kind: 'no-such-environment', asked: null, known: [] }, 'ada')).toContain('follows');
  });

  it('says which head of a fork is planned', () => {
    expect(presentReply({ kind: 'fork-planned', head }, 'ada')).toContain('`3d5e8f0`');
    expect(presentReply({ kind: 'head-moved', head }, 'ada')).toContain('`3d5e8f0`');
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
    expect(presentReply({ kind: 'confirmed', by: 'grace', plans }, 'grace')).toBe(
      'Confirmed by `grace`: the plan of **staging** `3f9a1c2b3d4e` and **production** `aaaaaaaaaaaa`. A plan that changes waits again.',
    );
  });
});
