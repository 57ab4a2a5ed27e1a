import { describe, expect, it } from 'vitest';
import { isReply, readShares, replyMarker, sharesMarker } from '../../src/domain/marker.ts';

describe('The other pull requests that a comment names', () => {
  const body = 'The plan.\n\n<sub>Planned.</sub>';

  it('are read back from it, and it is the same without saying so', () => {
    const { numbers, without } = readShares(`${body}\n${sharesMarker([7, 12])}`);
    expect([...numbers]).toEqual([7, 12]);
    expect(without).toBe(body);
  });

  it('are none where it says nothing', () => {
    expect(readShares(body)).toEqual({ numbers: new Set(), without: body });
  });
});

describe('A reply', () => {
  it('is told from what only speaks of one', () => {
    expect(isReply(`${replyMarker(5)}\nPlanned.`)).toBe(true);
    expect(isReply(`See ${replyMarker(5)}`)).toBe(false);
  });
});
