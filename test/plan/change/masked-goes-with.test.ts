import { describe, expect, it } from 'vitest';
import type { GoesWith } from '../../../src/domain/goes-with.ts';
import { maskOf } from '../../../src/plan/change/mask.ts';
import { maskedGoesWith } from '../../../src/plan/change/masked-goes-with.ts';
import { object } from '../../objects.ts';

const secret = object('v1', 'Secret', 's', { stringData: { token: 'hunter22' } });
const mask = maskOf({ written: [secret], live: [], said: [] });
const dropped: GoesWith = {
  kind: 'dropped-fields',
  of: 'Widget',
  fields: ['spec.size', 'spec.hunter22'],
  count: 1,
  outside: 0,
  whole: true,
};
const volume: GoesWith = { kind: 'volume', size: '1Gi', storageClass: null, bound: 'pv-1', reclaimPolicy: 'Delete' };

describe('What goes with an object', () => {
  it.each(['public', 'private'] as const)('says no secret value as the name of a field (%s)', (visibility) => {
    const fields = ['spec.size', 'spec.•••••'];
    expect(maskedGoesWith(dropped, { mask, visibility })).toEqual({ ...dropped, fields });
  });

  it('in public names nothing that only lives', () => {
    expect(maskedGoesWith(volume, { mask, visibility: 'public' })).toEqual({ ...volume, bound: null });
    expect(maskedGoesWith(volume, { mask, visibility: 'private' })).toEqual(volume);
  });
});
