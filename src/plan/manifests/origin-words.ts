import type { Origin } from '../../domain/manifest.ts';

/** `deploy/web.yaml:4` */
export function originWords(origin: Origin | null): string {
  if (origin === null) return 'a place that the renderer lost';
  return origin.line === null ? origin.file : `${origin.file}:${origin.line}`;
}
