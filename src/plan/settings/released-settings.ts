import type { ConfirmRule } from '../../domain/environment.ts';
import { isJsonObject, type Json, parseJsonOrNull } from '../../domain/json.ts';
import type { Released } from '../../domain/ledger.ts';
import type { ChartOptions } from '../../domain/rendering.ts';

/** What of the settings that something was released with still counts; null: another version wrote it otherwise. */
export interface ReleasedSettings {
  readonly path: string | null;
  readonly namespace: string | null;
  /** The branch: also where the settings named none, and it was the default branch then. */
  readonly follow: string | null;
  /** `true` or `false`. */
  readonly prune: string | null;
  readonly confirm: ConfirmRule | null;
}

/** What the ledger says of a release: the canonical JSON of the settings that it was made with. */
type Made = Pick<Released, 'settings'> | null;

/** Those of the last release and of one that has begun since: what lives was made under either of them. */
export function releasedSettings(
  ledger: { readonly released: Made; readonly attempt: Made } | null,
): readonly ReleasedSettings[] {
  return [ledger?.released, ledger?.attempt].flatMap((made) => (made ? [settingsOf(made.settings)] : []));
}

/** With what a chart was rendered that was released with these settings; null: another version wrote them otherwise. */
export function chartOptionsIn(settings: string): ChartOptions | null {
  const parsed = parseJsonOrNull(settings);
  if (!isJsonObject(parsed) || !isJsonObject(parsed['helm'])) return null;
  const { name, cluster, namespace } = parsed;
  const { release, values } = parsed['helm'];
  if (typeof name !== 'string' || typeof cluster !== 'string' || typeof namespace !== 'string') return null;
  if ((release !== null && typeof release !== 'string') || !Array.isArray(values)) return null;
  const files = (values as readonly Json[]).filter((value) => typeof value === 'string');
  if (files.length !== values.length) return null;
  return { cluster, release: release ?? name, namespace, values: files };
}

function settingsOf(text: string): ReleasedSettings {
  const parsed = parseJsonOrNull(text);
  const { path, namespace, follow, prune, confirm } = isJsonObject(parsed) ? parsed : {};
  return {
    path: typeof path === 'string' ? path : null,
    namespace: typeof namespace === 'string' ? namespace : null,
    follow: branchOf(follow),
    prune: typeof prune === 'boolean' ? String(prune) : null,
    confirm: confirmOf(confirm),
  };
}

function branchOf(follow: Json | undefined): string | null {
  return isJsonObject(follow) && typeof follow['branch'] === 'string' ? follow['branch'] : null;
}

function confirmOf(value: Json | undefined): ConfirmRule | null {
  if (!isJsonObject(value)) return null;
  const { deletions, kinds } = value;
  if (typeof deletions !== 'number' || !Array.isArray(kinds)) return null;
  const names = (kinds as readonly Json[]).filter((kind) => typeof kind === 'string');
  return names.length === kinds.length ? { deletions, kinds: names } : null;
}
