/**
 * OpenAPI 3.0 → JSON Schema: `nullable` becomes a type or an alternative, examples and defaults go.
 * Source: https://spec.openapis.org/oas/v3.0.3#schema-object
 */
export function jsonSchemaOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(jsonSchemaOf);
  if (typeof node !== 'object' || node === null) return node;
  const schema: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') schema[key] = namesKept(value);
    else if (!dropped.has(key)) schema[key] = jsonSchemaOf(value);
  }
  return withNull(schema);
}

const dropped = new Set(['example', 'examples', 'default', 'x-github', 'x-github-breaking-changes', 'externalDocs']);

// Below `properties` a key is a name: a label has one that is called "default".
function namesKept(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null) return properties;
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, jsonSchemaOf(schema)]));
}

function withNull(schema: Record<string, unknown>): unknown {
  const { nullable, ...rest } = schema;
  if (typeof nullable !== 'boolean') return schema;
  if (!nullable) return rest;
  if (typeof rest['type'] !== 'string') return { anyOf: [rest, { type: 'null' }] };
  const values: unknown = rest['enum'];
  return {
    ...rest,
    type: [rest['type'], 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: values.concat([null]) as unknown[] } : {}),
  };
}
