import type { RenderedFrom } from '../../domain/rendered-from.ts';
import type { Renderer } from '../../domain/rendering.ts';
import { code, count, list } from '../text/markdown.ts';

/** What made the manifests, and which files of Git a pull request makes differ: `Rendered by kustomize v5.8.1: 12 manifests.` */
export function renderedLine({ renderer, manifests, differing, more }: RenderedFrom): string {
  const made = `Rendered by ${rendererWords(renderer)}: ${count(manifests, 'manifest')}.`;
  if (differing.length === 0) return made;
  const files = differing.map((file) => code(file));
  const all = more === 0 ? files : [...files, count(more, 'more file')];
  return `${made} What differs comes from ${list(all, all.length)}.`;
}

function rendererWords({ kind, version }: Renderer): string {
  return kind === 'plain' ? 'Fairlead from plain YAML' : `${kind} ${version}`;
}
