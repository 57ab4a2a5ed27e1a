import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { field, scalarText } from '../../src/domain/field.ts';
import { paths } from './shop.ts';
import { type Story, startStory } from './story.ts';

const settings = `environments:
  staging:
    cluster: staging
    path: deploy/shop
    namespace: shop
    helm: { release: web, values: [values-staging.yaml] }
    settle: 0s
    health: { timeout: 60s }
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: { chart: "{{ .Chart.Name }}" }
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: {{ required "set image" .Values.image }}
`;

const migrate = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: {{ .Values.image }}
`;

const chart = {
  'deploy/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nkubeVersion: ">=1.30.0-0"\n',
  'deploy/shop/values.yaml': 'replicas: 1\nimage: web:1\n',
  'deploy/shop/values-staging.yaml': 'replicas: 2\n',
  'deploy/shop/templates/web.yaml': deployment,
  'deploy/shop/templates/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data:
  version: {{ .Capabilities.KubeVersion.Version | quote }}
  quotas: {{ .Capabilities.APIVersions.Has "v1/ResourceQuota" | quote }}
`,
  'deploy/shop/templates/migrate.yaml': migrate,
  'deploy/shop/templates/tests/web.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: test
  annotations: { helm.sh/hook: test }
spec:
  containers: [{ name: a, image: a }]
`,
};

const job = '/apis/batch/v1/namespaces/shop/jobs/migrate';

describe('a Helm chart as an environment', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files: { '.github/fairlead.yml': settings, ...chart } });
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  it('is planned, merged and converged for the cluster that it is for', async () => {
    const pull = await story.open('image', { 'deploy/shop/values-staging.yaml': 'replicas: 3\n' });
    const run = await story.planned(pull);
    expect(run.conclusion).toBe('success');
    const told = await story.comment(pull.number);
    for (const name of ['Deployment shop/web', 'ConfigMap shop/web', 'Job shop/migrate']) expect(told).toContain(name);
    expect(told).not.toContain('Pod shop/test');
    const verdict = await story.verdict(await story.merge(pull), 'staging');
    expect(verdict.state).toBe('success');
    expect(await story.live('staging', paths.deployment)).toMatchObject({
      metadata: { labels: { chart: 'shop' } },
      spec: { replicas: 3 },
    });
    expect(await story.live('staging', paths.configMap('web'))).toMatchObject({
      data: { version: expect.stringMatching(/^v1\.\d+/), quotas: 'true' },
    });
    const migrated = await story.live('staging', job);
    expect(migrated).toMatchObject({ status: { succeeded: 1 } });
    const over = scalarText(field(migrated ?? undefined, 'status', 'completionTime'));
    const { metadata } = (await story.live('staging', paths.deployment)) ?? {};
    expect(Date.parse(metadata?.creationTimestamp ?? '')).toBeGreaterThanOrEqual(Date.parse(over ?? ''));
  });

  it('shows what a value changes, and has its hook run again for it', async () => {
    const before = await story.live('staging', job);
    const pull = await story.open('values', { 'deploy/shop/values-staging.yaml': 'replicas: 3\nimage: web:2\n' });
    expect((await story.planned(pull)).conclusion).toBe('success');
    const told = await story.comment(pull.number);
    expect(told).toMatch(/replace.*Job shop\/migrate/i);
    expect(told).toMatch(/\+ +image: web:2/);
    expect(told).not.toContain('ConfigMap shop/web');
    expect((await story.verdict(await story.merge(pull), 'staging')).state).toBe('success');
    expect((await story.live('staging', job))?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  it('releases nothing after a hook that fails, and says which', async () => {
    const pull = await story.open('failing', {
      'deploy/shop/values-staging.yaml': 'replicas: 5\nimage: web:failing\n',
    });
    expect((await story.planned(pull)).conclusion).toBe('success');
    const verdict = await story.verdict(await story.merge(pull), 'staging');
    expect(verdict).toMatchObject({
      state: 'failure',
      description: expect.stringContaining('Job/migrate: BackoffLimitExceeded'),
    });
    expect(await story.live('staging', paths.deployment)).toMatchObject({ spec: { replicas: 3 } });
  });

  it('is said at file and line where it cannot be rendered', async () => {
    const pull = await story.open('broken', { 'deploy/shop/values-staging.yaml': 'replicas: 3\nimage: ""\n' });
    const run = await story.planned(pull);
    expect(run.conclusion).toBe('failure');
    expect(run.title).toContain('deploy/shop/templates/web.yaml:16: ');
    expect(run.title).toContain('set image');
  });
});
