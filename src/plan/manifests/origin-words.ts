import { type Origin, originText } from '../../domain/manifest.ts';

/** Where something stands in Git, as part of a sentence. */
export function originWords(origin: Origin | null): string {
  return origin === null ? 'a place that the renderer lost' : originText(origin);
}
