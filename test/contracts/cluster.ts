import { beforeAll, describe, expect, it } from 'vitest';
import { identityKey, type KubernetesObject, type ObjectReference, referenceOf } from '../../src/domain/manifest.ts';
import type { ApplyOutcome, Live } from '../../src/domain/prediction.ts';
import type { ApplyRequest, Cluster, PatchRequest } from '../../src/ports/cluster.ts';
import { configMap, inNamespace, object } from '../objects.ts';

/** The contract of the port `Cluster`, for the real one and for its fake. `open` gives one with an empty namespace `contract`. */
export function clusterContract(name: string, open: () => Promise<Cluster>): void {
  describe(`${name} keeps the contract of a cluster:`, () => {
    const signal = new AbortController().signal;
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await open();
    });
    const apply = (object: KubernetesObject, changes: Partial<ApplyRequest> = {}) =>
      cluster.apply({ object, dryRun: false, force: true, uid: null, ...changes }, signal);
    const present = async (object: KubernetesObject): Promise<KubernetesObject> => accepted(await apply(object));

    it('the version is said', async () => {
      expect(await cluster.version(signal)).toMatch(/^v1\.\d+\.\d+/);
    });

    it('what is served is known, and what is not', async () => {
      expect(await cluster.served('apps/v1', 'Deployment', signal)).toMatchObject({
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        plural: 'deployments',
        namespaced: true,
      });
      expect(await cluster.served('v1', 'Namespace', signal)).toMatchObject({ group: '', namespaced: false });
      expect(await cluster.served('apps/v1', 'Widget', signal)).toBeNull();
      expect(await cluster.served('no-such.example.com/v1', 'Widget', signal)).toBeNull();
    });

    it('all kinds that are served can be listed', async () => {
      const kinds = await cluster.kinds(signal);
      expect(kinds).toContainEqual(await cluster.served('apps/v1', 'Deployment', signal));
      expect(kinds).toContainEqual(await cluster.served('v1', 'Namespace', signal));
      expect(kinds.map(({ plural }) => plural)).not.toContain('deployments/scale');
    });

    it('what surrounds everything is told, and changes with it', async () => {
      const before = await cluster.surroundings(signal);
      await present(inNamespace('contract', object('v1', 'LimitRange', 'limits', { spec: { limits: [] } })));
      const after = await cluster.surroundings(signal);
      expect(before?.limits.has('contract')).toBe(false);
      expect(after?.limits.get('contract')).toBeTypeOf('string');
      expect(after?.admission).toBe(before?.admission);
      expect(after?.namespaces.get('contract')).toBeTypeOf('string');
    });

    it('what decides on admission is told whole', async () => {
      const spec = { policyName: 'contract', validationActions: ['Deny'] };
      const apiVersion = 'admissionregistration.k8s.io/v1';
      await present(object(apiVersion, 'ValidatingAdmissionPolicyBinding', 'contract', { spec }));
      const found = (await cluster.admission(signal))?.find(({ metadata }) => metadata.name === 'contract');
      expect(found).toMatchObject({ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', spec });
    });

    it('what is applied is there, with apiVersion, kind, uid and resourceVersion, however it is read', async () => {
      const object = await present(config('applied', { a: '1' }));
      expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
      expect(object.metadata.uid).toBeTypeOf('string');
      expect(object.metadata.resourceVersion).toBeTypeOf('string');
      const reference = referenceOf(object);
      const siblings = ['x', 'y', 'z'].map((other) => ({ ...reference, name: `absent-${other}` }));
      const live = await cluster.live([reference, ...siblings], signal);
      expect(await cluster.read(reference, signal)).toEqual({ kind: 'present', object });
      expect((await cluster.live([reference], signal)).get(identityKey(reference))).toEqual({
        kind: 'present',
        object,
      });
      expect(live.get(identityKey(reference))).toEqual({ kind: 'present', object });
      expect(siblings.map((other) => live.get(identityKey(other)))).toEqual(siblings.map(() => ({ kind: 'absent' })));
    });

    it('a dry run says what would be, and changes nothing', async () => {
      const object = accepted(await apply(config('dry', { a: '1' }), { dryRun: true }));
      expect(object).toMatchObject({ data: { a: '1' } });
      expect(await cluster.read(referenceOf(object), signal)).toEqual({ kind: 'absent' });
    });

    it('a dry run carries the resourceVersion of what it was computed from', async () => {
      const before = await present(config('dry-version', { a: '1' }));
      const predicted = accepted(await apply(config('dry-version', { a: '2' }), { dryRun: true }));
      expect(predicted.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      expect(predicted.metadata.uid).toBe(before.metadata.uid);
    });

    it('an apply that changes nothing keeps the resourceVersion, one that changes something the uid', async () => {
      const first = await present(config('same', { a: '1' }));
      const again = await present(config('same', { a: '1' }));
      const changed = await present(config('same', { a: '2' }));
      expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(changed.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      expect(changed.metadata.uid).toBe(first.metadata.uid);
    });

    it('an apply under a UID is refused as stale where another object has the name, or none', async () => {
      const first = await present(config('guarded', { a: '1' }));
      const own = await apply(config('guarded', { a: '2' }), { uid: first.metadata.uid ?? '' });
      const other = await apply(config('guarded', { a: '3' }), { uid: '00000000-0000-0000-0000-000000000000' });
      const gone = await apply(config('guarded-gone'), { uid: '00000000-0000-0000-0000-000000000000' });
      expect([own.kind, reasonOf(other), reasonOf(gone)]).toEqual(['accepted', 'stale', 'stale']);
    });

    it('an apply that expects what was read is refused as stale where it changed since', async () => {
      const { resourceVersion = '' } = (await present(config('expected', { a: '1' }))).metadata;
      const expects = { resourceVersion };
      const first = await apply(config('expected', { a: '2' }), { expects });
      const again = await apply(config('expected', { a: '3' }), { expects });
      const dry = await apply(config('expected', { a: '3' }), { expects, dryRun: true });
      expect([first.kind, reasonOf(again), reasonOf(dry)]).toEqual(['accepted', 'stale', 'stale']);
      expect(await cluster.read(referenceOf(config('expected')), signal)).toMatchObject({
        object: { data: { a: '2' } },
      });
    });

    it('an apply that expects nothing is refused as stale where something lives', async () => {
      const expects = 'absent';
      const first = await apply(config('unexpected', { a: '1' }), { expects });
      const again = await apply(config('unexpected', { b: '2' }), { expects });
      const same = await apply(config('unexpected', { a: '1' }), { expects });
      expect([first.kind, reasonOf(again), reasonOf(same)]).toEqual(['accepted', 'stale', 'stale']);
      expect(await cluster.read(referenceOf(config('unexpected')), signal)).toMatchObject({
        object: { data: { a: '1' } },
      });
    });

    it('a missing namespace is a reason of its own, and holds nothing', async () => {
      const object = inNamespace('no-such-namespace', configMap('a'));
      expect(reasonOf(await apply(object))).toBe('namespace-missing');
      expect(await cluster.read(referenceOf(object), signal)).toEqual({ kind: 'absent' });
      const many = ['a', 'b', 'c'].map((called) => referenceOf(inNamespace('no-such-namespace', configMap(called))));
      expect(kinds(await cluster.live(many, signal))).toEqual(['absent', 'absent', 'absent']);
    });

    it('a patch changes the state that was read, and is refused as stale of any other', async () => {
      const before = await present(config('patched', { a: '1', b: '1' }));
      const { uid = '', resourceVersion = '' } = before.metadata;
      const state = { reference: referenceOf(before), uid, resourceVersion };
      const operations = [
        { op: 'add', path: '/data/a', value: '2' },
        { op: 'remove', path: '/data/b' },
      ] as const;
      const patch = (changes: Partial<PatchRequest> = {}) =>
        cluster.patch({ ...state, operations, dryRun: false, ...changes }, signal);
      const dry = accepted(await patch({ dryRun: true }));
      expect(dry).toMatchObject({ data: { a: '2' }, metadata: { uid, resourceVersion } });
      expect(await cluster.read(state.reference, signal)).toMatchObject({ object: { data: { a: '1', b: '1' } } });
      const other = { uid: '00000000-0000-0000-0000-000000000000' };
      const absent = { reference: { ...state.reference, name: 'patched-absent' } };
      const kindless = { reference: { ...state.reference, group: 'no-such.example.com' } };
      for (const change of [other, { resourceVersion: '1' }, absent, kindless]) {
        expect([change, reasonOf(await patch(change)), reasonOf(await patch({ ...change, dryRun: true }))]).toEqual([
          change,
          'stale',
          'stale',
        ]);
      }
      const after = accepted(await patch());
      expect(after['data']).toEqual({ a: '2' });
      expect(after.metadata.resourceVersion).not.toBe(resourceVersion);
      expect(reasonOf(await patch())).toBe('stale');
    });

    it('a kind that is not served is a reason of its own, and has no objects', async () => {
      const object = { ...config('a'), apiVersion: 'no-such.example.com/v1', kind: 'Widget' };
      expect(reasonOf(await apply(object))).toBe('kind-missing');
      expect(kinds(await cluster.live([referenceOf(object)], signal))).toEqual(['absent']);
      expect(await cluster.list({ ...object, namespace: null, labelSelector: null }, signal)).toEqual([]);
    });

    it('an object outside namespaces is read without one', async () => {
      const object = await present({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contract-other' } });
      expect(await cluster.read(referenceOf(object), signal)).toMatchObject({ kind: 'present' });
      const misplaced = { ...referenceOf(object), namespace: 'contract' };
      expect(await cluster.read(misplaced, signal)).toEqual({ kind: 'absent' });
    });

    it('only the object with the UID is removed', async () => {
      const object = await present(config('removed'));
      const reference = referenceOf(object);
      const uid = object.metadata.uid ?? '';
      const remove = (request: { uid: string; dryRun?: boolean }, of: ObjectReference = reference) =>
        cluster.remove({ reference: of, dryRun: false, ...request }, signal);
      expect(await remove({ uid: '00000000-0000-0000-0000-000000000000' })).toEqual({ kind: 'gone' });
      expect(await remove({ uid, dryRun: true })).toEqual({ kind: 'deleted' });
      expect(await cluster.read(reference, signal)).toMatchObject({ kind: 'present' });
      expect(await remove({ uid })).toEqual({ kind: 'deleted' });
      expect(await cluster.read(reference, signal)).toEqual({ kind: 'absent' });
      expect(await remove({ uid })).toEqual({ kind: 'gone' });
      expect(await remove({ uid }, { ...reference, group: 'no-such.example.com' })).toEqual({ kind: 'gone' });
    });

    it('objects are listed by label', async () => {
      await present(labelled('one', config('listed-1')));
      await present(labelled('two', config('listed-2')));
      const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'contract' };
      const one = await cluster.list({ ...query, labelSelector: 'app.example/part=one' }, signal);
      const all = await cluster.list({ ...query, labelSelector: null }, signal);
      expect(one).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed-1' } }]);
      expect(all.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['listed-1', 'listed-2']));
    });

    it('an object that nothing happened to has no warning events', async () => {
      const object = await present(config('uneventful'));
      expect(await cluster.warningEvents(referenceOf(object), object.metadata.uid ?? '', signal)).toEqual([]);
    });

    it('an aborted signal ends every question', async () => {
      const aborted = AbortSignal.abort(new Error('enough'));
      const object = config('aborted');
      await expect(cluster.version(aborted)).rejects.toThrow('enough');
      await expect(cluster.read(referenceOf(object), aborted)).rejects.toThrow('enough');
      await expect(cluster.live([referenceOf(object)], aborted)).rejects.toThrow('enough');
      await expect(cluster.apply({ object, dryRun: true, force: true, uid: null }, aborted)).rejects.toThrow('enough');
    });
  });
}

function config(name: string, data: Readonly<Record<string, string>> = {}): KubernetesObject {
  return inNamespace('contract', configMap(name, data));
}

function labelled(part: string, { metadata, ...rest }: KubernetesObject): KubernetesObject {
  return { ...rest, metadata: { ...metadata, labels: { 'app.example/part': part } } };
}

export function accepted(outcome: ApplyOutcome): KubernetesObject {
  if (outcome.kind === 'accepted') return outcome.object;
  throw new Error(`not accepted but ${JSON.stringify(outcome)}`);
}

export function reasonOf(outcome: ApplyOutcome): string {
  return outcome.kind === 'refused' ? outcome.refusal.reason : outcome.kind;
}

function kinds(live: ReadonlyMap<string, Live>): readonly string[] {
  return [...live.values()].map(({ kind }) => kind);
}
