import type { Refusal, RefusalCause } from '../../domain/prediction.ts';

/**
 * The API server's words for people, without the values it echoes: about a Secret only where and why, about all others
 * what is wrong but not `Invalid value: …` (a Job's refusal holds its whole pod). What is left is still masked by every
 * known secret value before it leaves the worker.
 */
export function refusalText(refusal: Refusal, aboutSecret: boolean): string {
  if (aboutSecret) return secretRefusal(refusal);
  const causes = refusal.causes.filter((cause) => cause.message !== '').map(causeText);
  return cut(causes.length > 0 ? [...new Set(causes)].join('; ') : withoutEchoes(withoutGroups(refusal.message)));
}

/** Why the API server does not let an object be deleted, by the same rules. */
export function removalText(message: string, aboutSecret: boolean): string {
  if (aboutSecret) return 'the API server does not let it be deleted; the details are not shown, for it is a Secret';
  return cut(withoutEchoes(message));
}

function secretRefusal({ reason, causes, message }: Refusal): string {
  // Only a path that the server gives as a path: a key of `data` may follow it, a value never does.
  const fields = causes.flatMap(({ field }) => (field === null ? [] : [field]));
  const declared = /^.*?: (\.[\w.[\]-]+): field not declared in schema$/s.exec(message)?.[1];
  const where = [...new Set(declared === undefined ? fields : [...fields, declared])].join(', ');
  return `${secretReasons[reason]}${where === '' ? '' : ` (${where})`}; the details are not shown, for it is a Secret`;
}

const secretReasons: Readonly<Record<Refusal['reason'], string>> = {
  invalid: 'the API server does not accept its values',
  immutable: 'what lives cannot be changed to it',
  'unknown-field': 'it has a field that the API server does not know',
  malformed: 'one of its values is of the wrong type',
  'namespace-missing': 'its namespace does not exist',
  'kind-missing': 'the cluster does not serve its kind',
  'role-missing': 'the role that it binds does not exist',
  forbidden: 'the identity that applies may not write it',
  denied: 'an admission policy denies it',
  quota: 'it exceeds a quota',
  stale: 'it changed meanwhile',
  'too-large': 'it is larger than the API server takes',
};

// `user "system:serviceaccount:shop:fairlead" (groups=["system:serviceaccounts" …]) is attempting to grant …`: who it is, the name tells.
function withoutGroups(message: string): string {
  return message.replace(/ \(groups=\[(?:"[^"]*" ?)*\]\)/, '');
}

function causeText({ field, message }: RefusalCause): string {
  const words = withoutEchoes(message);
  return field === null || field === '' || words.startsWith(field) ? words : `${plainField(field)}: ${words}`;
}

/**
 * `containers[name="web"].ports[containerPort=0,protocol="TCP"].containerPrt` → `containers[web].ports.containerPrt`: of the keys
 * by which the API server tells list items apart, those that say nothing are its defaults.
 */
function plainField(field: string): string {
  return field.replace(
    /\[([^="[\]]+=(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)(?:,[^="[\]]+=(?:"[^"\\]*"|[\w.+-]+))*)\]/g,
    (_, keys: string) => {
      const telling = keys.split(',').filter((key) => !/^protocol="TCP"$|=0$/.test(key));
      const [first, ...others] = telling.map((key) => key.replace(/^name="(.*)"$/, '$1').replaceAll('"', ''));
      return first === undefined ? '' : `[${[first, ...others].join(',')}]`;
    },
  );
}

/** `spec.x: Invalid value: "secret": field is immutable` → `spec.x: field is immutable`. */
export function withoutEchoes(message: string): string {
  const typed = message.indexOf('got &value');
  if (typed >= 0) return `${message.slice(0, typed)}got something else`;
  let kept = '';
  let rest = message;
  for (;;) {
    const echo = /(Invalid value|Duplicate value): /.exec(rest);
    if (echo === null) return kept + rest;
    const [words, kind = ''] = echo;
    const after = rest.slice(echo.index + words.length);
    const length = echoLength(after);
    kept += rest.slice(0, echo.index);
    // An echo that cannot be read to its end is cut with all that follows.
    if (length === null) return `${kept}${kind}: …`;
    const detail = after.slice(length);
    // Where the server says what is wrong, that is enough.
    if (detail.startsWith(': ')) rest = detail.slice(2);
    else {
      kept += kind;
      rest = detail;
    }
  }
}

// How long the echoed value is (field.Error of k8s.io/apimachinery): a Go-quoted text, JSON, or a bare word.
function echoLength(text: string): number | null {
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(text)?.[0];
  if (quoted !== undefined) return ended(text, quoted.length);
  if (/^[[{]/.test(text)) return ended(text, bracketed(text));
  const word = /^[\w.+-]+/.exec(text)?.[0];
  return word === undefined ? null : ended(text, word.length);
}

function ended(text: string, length: number | null): number | null {
  return length !== null && /^(?:: |, |\]|$)/.test(text.slice(length)) ? length : null;
}

function bracketed(text: string): number | null {
  let depth = 0;
  // What is never closed goes up to the end: looked at once, and not again from each quotation mark in it.
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs)) {
    if (token[0].startsWith('"')) continue;
    depth += token[0] === '{' || token[0] === '[' ? 1 : -1;
    if (depth === 0) return token.index + 1;
  }
  return null;
}

const limit = 1_000;

function cut(text: string): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (cut)`;
}
