import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { notShown } from '../../domain/plan.ts';
import { contentOf } from '../fields/content.ts';

/**
 * Words about objects for a place where live values are not for everybody. The API server speaks of what is applied and may
 * repeat what lives there: such a value goes, unless Git says it. A policy, a webhook or a quota speaks of the whole
 * cluster: of its words goes every text in quotes and every number that Git does not say.
 */
export function gitOnlyText(
  git: readonly (JsonObject | null)[],
  live: readonly KubernetesObject[],
): (text: string) => string {
  const said = new Set(git.flatMap((one) => (one === null ? [] : [...namesOf(one), ...valuesOf(one)])));
  const lives = new Set(live.flatMap((one) => valuesOf(contentOf(one))));
  return (text) => {
    // Cut, it could end in the middle of a value that is masked only whole.
    if (text.length > limit) return notShown;
    const isClusters = clusterSpeaks.test(text) && !text.includes('PodSecurity "');
    return text.replace(values, (token, double?: string, single?: string) => {
      const value = double ?? single ?? token;
      if (said.has(value)) return token;
      const isQuoted = value !== token;
      const isNumber = /^\d/.test(token);
      const repeats = lives.has(value) && (isQuoted || value.length >= (isNumber ? 4 : 6));
      return repeats || (isClusters && (isQuoted || isNumber)) ? token.replace(value, () => notShown) : token;
    });
  };
}

/** No sentence is longer, and of quotation marks that are never closed each is looked for up to the end. */
const limit = 10_000;

/** Of what the cluster's own people made. Pod security has the API server's words, and its levels are no secret. */
const clusterSpeaks = /denied the request|denied request|exceeded quota|failed quota|\bquota "|" may decide by it/;

// A text in quotes, a number or quantity, a word. What stands in a path (`[name="web"]`, `ports[0]`) is a path.
const values =
  /(?<![=\w])"((?:[^"\\]|\\.)*)"|(?<![=\w])'([^'\n]*)'|(?<![\w.[/-])\d(?:[\w.]*\w)?|(?<![\w.])[A-Za-z][\w.:/@-]*\w/g;

function namesOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => namesOf(item));
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...namesOf(member)]) : [];
}

/** Texts and numbers, as texts. */
export function valuesOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((item: Json) => valuesOf(item));
  return isJsonObject(value) ? Object.values(value).flatMap(valuesOf) : [];
}
