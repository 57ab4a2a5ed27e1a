import type { Json } from '../../domain/json.ts';
import { YamlRefusal } from './refusal.ts';
import { resolveFloat, resolveInteger, resolvePlainScalar } from './scalar.ts';

/** The value of a scalar as its style and its tag say: only a plain one without a tag may be anything but a text. */
export function scalarValue(source: string, plain: boolean, tag: string | null, position: number): Json {
  const value = taggedValue(source, plain, tag);
  if (value !== undefined) return value;
  throw tag === null
    ? new YamlRefusal(position, '`.inf` and `.nan` cannot be sent to Kubernetes.')
    : unknownTag(position);
}

/** undefined: the tag does not fit the text, or nobody knows it. */
function taggedValue(source: string, plain: boolean, tag: string | null): Json | undefined {
  switch (tag) {
    case null:
      return plain ? resolvePlainScalar(source) : source;
    case '':
    case 'str':
      return source;
    case 'int':
      return resolveInteger(source);
    case 'float':
      return resolveFloat(source);
    case 'bool':
    case 'null': {
      const value = resolvePlainScalar(source);
      return tag === (value === null ? 'null' : value === true || value === false ? 'bool' : '') ? value : undefined;
    }
    case 'binary':
      return binaryText(source);
    default:
      return undefined;
  }
}

/** `!!binary` is base64 of a text: Kubernetes' reader decodes it, and JSON holds it only where it is UTF-8. */
function binaryText(source: string): string | undefined {
  const bytes = Buffer.from(source, 'base64');
  if (bytes.toString('base64') !== source.replaceAll(/\s/g, '')) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

export function unknownTag(position: number): YamlRefusal {
  return new YamlRefusal(
    position,
    'This tag (`!…`) is not one that Kubernetes knows, or does not fit what it stands on.',
  );
}

/** The tag without YAML's own prefix; '' is the tag `!`; null: none. */
export function tagOf(text: string, event: { readonly tagStart: number; readonly tagEnd: number }): string | null {
  if (event.tagStart < 0) return null;
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (tag === '!') return '';
  const match = /^(?:!!|!<tag:yaml\.org,2002:)(\w+)>?$/.exec(tag);
  return match?.[1] ?? tag;
}
