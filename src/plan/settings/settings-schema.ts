import type { JsonObject } from '../../domain/json.ts';
import { defaultConfirm, type environmentKeys, environmentName } from './parse-settings.ts';

/**
 * `.github/fairlead.yml` as a JSON Schema (draft 7), for editors. It says what can be said of a value by itself; what
 * `parseSettings` knows besides (circles of `after`, a kind that is none, two environments in one place) it leaves to that.
 */
export function settingsSchema(): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Fairlead settings',
    description: 'What .github/fairlead.yml on the default branch says: which environments there are, and their rules.',
    type: 'object',
    required: ['environments'],
    additionalProperties: false,
    properties: {
      environments: {
        description: 'The environments by name. A name is at most 40 lower-case letters, digits and hyphens.',
        type: 'object',
        propertyNames: { pattern: environmentName.source },
        additionalProperties: {
          type: 'object',
          required: ['cluster', 'path', 'namespace'],
          additionalProperties: false,
          properties: environment,
        },
      },
      notify: { description: 'Not available yet: leave it out.', type: 'array', maxItems: 0 },
    },
  };
}

type Setting = (typeof environmentKeys)[number];

const label = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const kind = { type: 'string', pattern: '^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$' };
const folder = { type: 'string', minLength: 1, not: { pattern: '^/|(^|/)\\.\\.(/|$)|\\\\' } };
const duration = { type: 'string', pattern: '^\\d{1,9}(ms|s|m|h)$' };
const later = 'Not available yet: leave it out.';

/** Each setting of an environment; none can be missing here. */
const environment: Readonly<Record<Setting, JsonObject>> = {
  cluster: { description: 'A name from the operator’s file.', type: 'string', pattern: label },
  path: {
    ...folder,
    description: 'A folder of the repository (`.`: all of it): plain YAML, a kustomization or a chart.',
  },
  namespace: { description: 'For manifests that name none.', type: 'string', pattern: label },
  follow: { ...text, description: 'The branch that is released. Default: the default branch.' },
  mode: {
    description: 'release: on merge. manual: only by /sync. observe: planned, never applied.',
    enum: ['release', 'manual', 'observe'],
    default: 'release',
  },
  after: {
    ...texts,
    description: 'Released only once these environments have converged on the same commit.',
    default: [],
  },
  prune: { description: 'Whether what leaves Git is deleted.', type: 'boolean', default: true },
  confirm: {
    description: 'What needs /confirm by a second person.',
    type: 'object',
    additionalProperties: false,
    properties: {
      deletions: {
        description: 'More objects deleted or replaced than this; 0: every deletion.',
        type: 'integer',
        minimum: 0,
        default: defaultConfirm.deletions,
      },
      kinds: {
        description: 'Any of these kinds deleted or replaced.',
        type: 'array',
        items: kind,
        default: defaultConfirm.kinds,
      },
    },
  },
  conflicts: {
    description: 'About fields that another manager holds and that were never released from here.',
    enum: ['take', 'leave', 'block'],
    default: 'block',
  },
  foreign: {
    description: 'About fields that others set and Git does not mention.',
    enum: ['report', 'block', 'remove'],
    default: 'report',
  },
  adopt: { ...texts, description: 'Field managers whose fields Git takes over with the object.', default: [] },
  helm: {
    description: 'How a chart is rendered, where the path holds one.',
    type: 'object',
    additionalProperties: false,
    properties: {
      release: { description: 'The release’s name. Default: the environment’s.', type: 'string', pattern: label },
      values: { description: 'Files of values, relative to the path; later ones win.', type: 'array', items: folder },
    },
  },
  health: {
    type: 'object',
    additionalProperties: false,
    properties: {
      timeout: { ...duration, description: 'How long a release may take to become healthy.', default: '5m' },
    },
  },
  settle: { ...duration, description: 'Converged: healthy and without difference for this long.', default: '10s' },
  ignore: {
    description: 'Fields that others own: left as they live, and counted as hidden.',
    type: 'array',
    items: {
      type: 'object',
      anyOf: [{ required: ['path'] }, { required: ['manager'] }],
      additionalProperties: false,
      properties: {
        kind: { ...kind, description: 'Default: every kind.' },
        name: { ...text, description: 'Of one object. Default: every name.' },
        path: {
          description: 'A JSON pointer. `*` is every member or item, `[name=web]` the item with that member.',
          type: 'string',
          pattern: '^(/([^~/]|~[01])*)+$',
        },
        manager: { ...text, description: 'The field manager that holds it.' },
      },
    },
  },
  approvals: { description: later, const: 0 },
  signed: { description: later, const: false },
  drift: { description: later, type: 'object', properties: { mode: { enum: ['off', false] } }, required: ['mode'] },
  onFailure: { description: later, const: 'stop' },
};
