/** An image reference as `registry.example.com/shop/web:1.5.0@sha256:…`, in its parts; null: it names none. */
export interface Image {
  /** `registry.example.com/shop/web` */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

export function parseImage(image: string): Image {
  const at = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image);
  return { repository: at?.[1] ?? image, tag: at?.[2] ?? null, digest: at?.[3] ?? null };
}

/** Whether another image may be behind it tomorrow: without a digest, `latest` and no tag are the same. */
export function hasMovingTag(image: string): boolean {
  const { tag, digest } = parseImage(image);
  return digest === null && (tag === null || tag === 'latest');
}

/** Where it comes from: `docker.io` where it names none (github.com/distribution/reference). */
export function registryOf({ repository }: Image): string {
  const first = repository.split('/')[0] ?? '';
  const named = repository.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return named ? first : 'docker.io';
}
