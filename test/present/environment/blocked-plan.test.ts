import { expect, it } from 'vitest';
import { presentedPullRequest } from '../../../src/present/pull-request.ts';
import { anEnvironment } from '../../acme-shop.ts';
import { aChange, affected, aKeptBackChange, anInspection, aPlan, aView, planned } from '../sample-view.ts';

it('What is blocked still says what it would destroy, and gives nothing to confirm yet', () => {
  const gone = aChange(
    { group: '', kind: 'Namespace', namespace: null, name: 'archive' },
    { action: 'delete', effects: [{ kind: 'deletes-namespace' }] },
  );
  const plan = aPlan('staging', [aKeptBackChange({}), gone], { confirmReasons: ['deletes Namespace archive'] });
  const { comment } = presentedPullRequest(
    aView(anInspection([affected(anEnvironment('staging'))]), { plans: new Map([['staging', planned(plan)]]) }),
  );
  expect(comment).toContain('| 1 object blocked, **deletes a namespace and everything in it** |');
  expect(comment).toContain('**✋ Once mended, waits for a second person:**\n* deletes Namespace archive');
  expect(comment).not.toContain('/confirm');
});
