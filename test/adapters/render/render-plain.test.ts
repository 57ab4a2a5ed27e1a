import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap } from '../../manifest-texts.ts';
import { problems, type RenderingWorld, rendered, startRenderingWorld } from './rendering-world.ts';

let world: RenderingWorld;
beforeAll(async () => {
  world = await startRenderingWorld(null);
});
afterAll(() => world.close());

describe('a folder of plain YAML', () => {
  it('is read with all that is below it, and nothing beside it', async () => {
    const result = rendered(
      await world.render({
        'deploy/b.yaml': configMap('b'),
        'deploy/a/c.yml': configMap('c'),
        'deploy/a/d.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"}}',
        'deploy/README.md': 'kind: Pod',
        'deploy/.gitattributes': '* export-ignore\n',
        'deploy-too/e.yaml': configMap('e'),
        'f.yaml': configMap('f'),
      }),
    );
    expect(result.renderer.kind).toBe('plain');
    expect(result.manifests.map(({ object, origin }) => [object.metadata.name, origin])).toEqual([
      ['c', { file: 'deploy/a/c.yml', line: 1 }],
      ['d', { file: 'deploy/a/d.json', line: 1 }],
      ['b', { file: 'deploy/b.yaml', line: 1 }],
    ]);
  });

  it('may be the whole repository', async () => {
    const result = rendered(
      await world.render({ 'a.yaml': configMap('a'), 'b/c.yaml': configMap('c'), '.github/x.yml': 'on: push' }, ''),
    );
    expect(result.manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'c']);
    expect(result.passedOver).toEqual([{ file: '.github/x.yml', line: 1 }]);
  });

  it('has the same id wherever its manifests stand, and another where one differs', async () => {
    const one = rendered(await world.render({ 'deploy/a.yaml': `${configMap('a')}---\n${configMap('b')}` }));
    const moved = rendered(
      await world.render({ 'deploy/y.yaml': configMap('a'), 'deploy/x.yaml': `# moved\n${configMap('b')}` }),
    );
    const changed = rendered(
      await world.render({ 'deploy/a.yaml': `${configMap('a')}---\n${configMap('b', { x: '1' })}` }),
    );
    expect(moved.id).toBe(one.id);
    expect(changed.id).not.toBe(one.id);
    expect(one.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that is not in the tree is absent', async () => {
    expect(await world.render({ 'other/a.yaml': configMap('a') })).toEqual({ kind: 'absent' });
  });

  it('that is a file is refused', async () => {
    expect(problems(await world.render({ deploy: 'x' }))).toEqual([['deploy', null, null]]);
  });

  it('with anything wrong in it is refused whole', async () => {
    const result = await world.render({
      'deploy/a.yaml': configMap('a'),
      'deploy/b.yaml': 'a: 1\nb: [',
      'deploy/c.yaml': Uint8Array.from([0x80, 0x81]),
    });
    expect(problems(result)).toEqual([
      ['deploy/b.yaml', 2, null],
      ['deploy/c.yaml', null, null],
    ]);
  });

  it.each(['sub/kustomization.yaml', 'sub/Kustomization', 'sub/Chart.yaml'])(
    'that hides another renderer’s input (%s) is refused',
    async (name) => {
      const result = await world.render({ 'deploy/a.yaml': configMap('a'), [`deploy/${name}`]: 'resources: []' });
      expect(problems(result)).toEqual([[`deploy/${name}`, null, null]]);
    },
  );

  it('that is a chart is refused where there is no helm', async () => {
    const result = await world.render({ 'deploy/Chart.yaml': 'name: x', 'deploy/templates/a.yaml': '{{ x }}' });
    expect(problems(result)).toEqual([['deploy/Chart.yaml', null, null]]);
    expect(JSON.stringify(result)).toContain('this Fairlead has no helm');
  });

  it('with a symbolic link or a submodule below it is refused: manifests could vanish with it', async () => {
    const { server } = world;
    const blob = server.git('rev-parse', `${server.commit({ branch: 'x', files: { x: configMap('x') } })}:x`);
    const commit = server.git('rev-parse', 'refs/heads/x');
    const tree = treeOf(server, [
      ['120000', 'blob', blob, 'link'],
      ['100644', 'blob', blob, 'a.yaml'],
      ['160000', 'commit', commit, 'module'],
    ]);
    const result = await world.renderTree(treeOf(server, [['040000', 'tree', tree, 'deploy']]), 'deploy');
    expect(problems(result).map(([file]) => file)).toEqual(['deploy/link', 'deploy/module']);
  });

  it('that is too large is refused', async () => {
    const result = await world.render({ 'deploy/a.yaml': `# ${'x'.repeat(33 * 1024 * 1024)}` });
    expect(problems(result)).toEqual([['deploy', null, null]]);
  });
});

describe('a kustomization', () => {
  it('without kustomize is refused, not read as YAML', async () => {
    const result = await world.render({
      'deploy/kustomization.yaml': 'resources: [a.yaml]',
      'deploy/a.yaml': configMap('a'),
    });
    expect(problems(result)).toEqual([['deploy/kustomization.yaml', null, null]]);
  });
});

function treeOf(
  server: RenderingWorld['server'],
  entries: readonly (readonly [mode: string, type: string, id: string, name: string])[],
): string {
  return server.makeTree(entries.map(([mode, type, id, name]) => `${mode} ${type} ${id}\t${name}`));
}
