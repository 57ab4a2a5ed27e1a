import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { provideTools } from '../../sandbox/cluster/provide-tools.ts';
import { eventually } from '../eventually.ts';
import { configMap } from '../manifest-texts.ts';
import { type OpenPullRequest, type Story, shop, startStory } from './story.ts';

const settings = `
environments:
  staging: { cluster: staging, path: deploy/staging, namespace: shop, mode: manual }
  overlay: { cluster: staging, path: deploy/overlay, namespace: shop-overlay, mode: manual }
`;

describe('where the kernel cannot jail the renderers', () => {
  let programs: string;
  let story: Story;
  beforeAll(async () => {
    programs = mkdtempSync(path.join(os.tmpdir(), 'fairlead-no-jail-'));
    const noLandlock = '#!/bin/sh\necho "fairlead-jail: this kernel has no Landlock" >&2\nexit 125\n';
    writeFileSync(path.join(programs, 'fairlead-jail'), noLandlock, { mode: 0o755 });
    const { kustomize } = await provideTools(() => undefined);
    story = await startStory({
      files: {
        '.github/fairlead.yml': settings,
        'deploy/staging/web.yaml': configMap('web', { a: '1' }),
        'deploy/overlay/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: overlay-\n',
        'deploy/overlay/web.yaml': configMap('web', { a: '1' }),
      },
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'overlay', cluster: 'staging', namespace: 'shop-overlay' },
      ],
      env: { PATH: [programs, path.dirname(kustomize), process.env['PATH']].join(':') },
    });
  }, 900_000);
  afterEach(() => story.closeAll());
  afterAll(async () => {
    await story.close();
    rmSync(programs, { recursive: true, force: true });
  });

  it('a fork’s kustomization is refused with the reason, its plain YAML planned, and the same commits on a branch of ours, too', async () => {
    const { forge } = story.world;
    const [eve, ada] = [forge.as('eve'), forge.as('ada')];
    await forge.forkRepository(shop, 'eve');
    const files = {
      'deploy/staging/web.yaml': configMap('web', { a: '2' }),
      'deploy/overlay/web.yaml': configMap('web', { a: '2' }),
    };
    await eve.pushFiles('eve/shop', { branch: 'gift', files });
    const opened = await eve.openPullRequest(shop, { head: 'eve:gift' });
    const pull: OpenPullRequest = { number: opened.number, head: opened.head.sha };
    await story.planned(pull, 'Waits for /plan');
    await ada.comment(shop, pull.number, '/plan');
    await eventually(async () => (await story.planned(pull)).conclusion === 'failure');

    const overlay = await story.checkRun(pull, 'fairlead/plan (overlay)');
    expect(overlay).toMatchObject({ conclusion: 'failure' });
    expect(JSON.stringify(overlay)).toMatch(/deploy\/overlay\/kustomization\.yaml.*comes from a fork/);
    expect(await story.comment(pull.number)).toMatch(/comes from a fork/);
    expect(await story.comment(pull.number)).toContain('create · ConfigMap shop/web');

    const ours = await story.open('gift-of-eve', files);
    expect(await story.planned(ours)).toMatchObject({ conclusion: 'success' });
    expect(await story.comment(ours.number)).toContain('create · ConfigMap shop-overlay/overlay-web');
  });
});
