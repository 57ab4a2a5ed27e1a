import { describe, expect, it } from 'vitest';
import { maskOf } from '../../../src/plan/change/mask.ts';
import { maskedEffects } from '../../../src/plan/effects/masked-effects.ts';
import { everyEffect } from '../../every-effect.ts';
import { secret } from '../../objects.ts';
import { effectsIn, service, updated, workload } from './changes.ts';

const nothing = { text: (text: string) => text, json: <J>(value: J) => value };

describe('Effects as people may read them', () => {
  it('hold no known secret value, in whatever they say', () => {
    const mask = maskOf({ written: [secret('a', { token: 'hunter22' })], live: [], said: [] });
    const change = updated(workload(), workload());
    const effects = everyEffect(
      () => 'x-hunter22',
      () => 'web',
    );
    for (const visibility of ['private', 'public'] as const) {
      const shown = maskedEffects(effects, change, { mask, visibility });
      expect(JSON.stringify(shown), visibility).not.toContain('hunter22');
    }
  });

  it('hold no value in a public repository that the cluster alone has', () => {
    const drifted = workload({ image: 'secret-registry.example/web:9', spec: { replicas: 17 } });
    const git = workload({ spec: { replicas: 2 } });
    const change = updated(drifted, workload({ image: 'web:2', spec: { replicas: 2 } }));
    const subject = { ...change.subject, released: git, base: git };
    const effects = effectsIn([{ ...change, subject }]);
    expect(JSON.stringify(effects)).toMatch(/secret-registry.*|17/);
    const shown = maskedEffects(effects, { ...change, subject }, { mask: nothing, visibility: 'public' });
    expect(JSON.stringify(shown)).not.toMatch(/secret-registry|17/);
    expect(shown).toContainEqual({ kind: 'moves-image', containers: ['web'], from: '(not shown)', to: 'web:2' });
    expect(shown).toContainEqual({ kind: 'scales', from: null, to: 2, back: false, dropped: false });
  });

  it('show in a public repository what Git shows, and so does the plan of a private one', () => {
    const change = updated(service(), service({ selector: { app: 'api' }, ports: [{ port: 81 }] }));
    const effects = effectsIn([change]);
    expect(maskedEffects(effects, change, { mask: nothing, visibility: 'public' })).toEqual(effects);
    expect(maskedEffects(effects, change, { mask: nothing, visibility: 'private' })).toEqual(effects);
  });
});
