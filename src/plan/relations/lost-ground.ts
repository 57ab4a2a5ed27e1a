import { textField } from '../../domain/field.ts';
import { identityName } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';

/**
 * Blocks what Git holds and the same plan takes the ground from: its namespace, or the CRD of its kind, is deleted, and
 * everything goes with it, for pruning comes last.
 */
export function withLostGround(judgements: readonly Judgement[]): readonly Judgement[] {
  const namespaces = new Map<string, Judgement>();
  const kinds = new Map<string, Judgement>();
  for (const judgement of judgements) {
    if (judgement.action !== 'delete' || judgement.live.kind !== 'present') continue;
    const { group, kind, name } = judgement.subject.reference;
    const { object } = judgement.live;
    if (group === '' && kind === 'Namespace') namespaces.set(name, judgement);
    if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') {
      kinds.set(`${textField(object, 'spec', 'group')}/${textField(object, 'spec', 'names', 'kind')}`, judgement);
    }
  }
  if (namespaces.size === 0 && kinds.size === 0) return judgements;
  return judgements.map((judgement) => {
    const { group, kind, namespace } = judgement.subject.reference;
    const ground = namespaces.get(namespace ?? '') ?? kinds.get(`${group}/${kind}`);
    if (ground === undefined || judgement.desired === null || judgement.action === 'blocked') return judgement;
    const message = `${identityName(ground.subject.reference)} is no longer in Git and would be deleted, and this with it: keep both or neither`;
    return { ...judgement, action: 'blocked', reason: { code: 'refused-manifest', message }, refused: null };
  });
}
