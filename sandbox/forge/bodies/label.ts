import type { Body } from '../http/answer.ts';
import type { Label } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { nodeId, repositoryApi } from './address.ts';

/** `label` */
export function labelBody(world: World, label: Label): Body {
  const repository = world.state.repositories.must(label.repositoryId);
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryApi(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}
