import type { ApiClient } from '../../../sandbox/cluster/api-client.ts';
import { eventually } from '../../eventually.ts';

export const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export async function makeNamespace(
  admin: ApiClient,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await admin.apply(`/api/v1/namespaces/${name}`, object);
}

/** Makes a namespaced kind of the plural's name, capitalised, with a spec of any text and a 64-bit count; resolves when it is served. */
export async function makeCrd(admin: ApiClient, plural: string): Promise<void> {
  const kind = `${plural.charAt(0).toUpperCase()}${plural.slice(1)}`;
  const spec = {
    type: 'object',
    properties: { text: { type: 'string' }, count: { type: 'integer', format: 'int64' } },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  await admin.apply(`${crds}/${plural}.example.com`, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  // Discovery learns of a kind a little after its objects can be read.
  await eventually(async () => {
    const { body } = await admin.request('GET', '/apis/example.com/v1');
    return JSON.stringify(body).includes(`"name":"${plural}"`);
  });
}

/** Denies ConfigMaps of its own name, once it is in force. */
export async function makePolicy(admin: ApiClient, name: string, reason: string | null): Promise<void> {
  const api = 'admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };
  const validation = { expression: `object.metadata.name != '${name}'`, message: 'no such names here' };
  await admin.apply(`/apis/${api}/validatingadmissionpolicies/${name}`, {
    apiVersion: api,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [reason === null ? validation : { ...validation, reason }],
    },
  });
  await admin.apply(`/apis/${api}/validatingadmissionpolicybindings/${name}`, {
    apiVersion: api,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
}
