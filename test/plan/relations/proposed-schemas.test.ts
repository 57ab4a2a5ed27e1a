import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/domain/plan.ts';
import { withProposedSchemas } from '../../../src/plan/relations/proposed-schemas.ts';
import { object, objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const widget = objectIn('shop', 'example.com/v1', 'Widget', 'w', { spec: { size: 1 } });
const properties = { size: { type: 'integer' }, mode: { type: 'string', default: 'fast' } };
const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties } } };
const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com', {
  spec: {
    group: 'example.com',
    names: { kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
  },
});

/** What becomes of an object that nobody touches, where its definition changes for this cause and sets a default now. */
function defaulted(cause: Cause) {
  const changed = judgement(definition, {
    action: 'update',
    fromPullRequest: cause === 'pull-request',
    paths: [{ path: ['spec', 'versions'], live: null, merged: null, causes: [cause] }],
  });
  const untouched = judgement(widget, {
    action: 'unchanged',
    live: { kind: 'present', object: widget },
    fromPullRequest: false,
  });
  return withProposedSchemas([changed, untouched])[1];
}

describe('A default that a definition of the same plan sets', () => {
  it.each(['pull-request', 'unreleased', 'drift'] as const)(
    'is of whom the change of the definition is: %s',
    (cause) => {
      expect(defaulted(cause)).toMatchObject({
        action: 'update',
        fromPullRequest: cause === 'pull-request',
        paths: [{ path: ['spec', 'mode'], live: undefined, merged: 'fast', causes: [cause] }],
      });
    },
  );
});
