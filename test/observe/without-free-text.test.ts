import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { health } from '../../src/observe/health.ts';
import { withoutFreeText } from '../../src/observe/without-free-text.ts';
import { healthWordsFor } from '../../src/release/health-words.ts';
import { deployment, object } from '../objects.ts';

const secret = 'tok-hunter2-live';
const pod = (image: string, waiting: JsonObject): KubernetesObject => ({
  ...object('v1', 'Pod', 'web-1', { spec: { containers: [{ name: 'web', image }] } }),
  status: { phase: 'Pending', containerStatuses: [{ name: 'web', restartCount: 3, state: { waiting } }] },
});
const workload = {
  ...deployment('web', { image: 'web:2' }),
  status: { replicas: 3, updatedReplicas: 3, readyReplicas: 1, availableReplicas: 1, conditions: [] },
};
const context = (...pods: readonly KubernetesObject[]) => ({ pods, now: 0 });
const told = healthWordsFor({ visibility: 'public' }, [deployment('web', { image: 'web:2' })]);

describe('In public, health says', () => {
  it('reasons and no messages', () => {
    const unwell = pod('web:2', { reason: 'CreateContainerError', message: `cannot start with --token=${secret}` });
    expect(JSON.stringify(health(workload, context(unwell)))).toContain(secret);
    expect(told(workload, context(unwell))).toMatchObject({
      reason: expect.stringContaining('CreateContainerError: container "web"'),
    });
    expect(JSON.stringify(told(workload, context(unwell)))).not.toContain(secret);
  });

  it('an image that Git names, and no other', () => {
    const failing = { reason: 'ImagePullBackOff', message: `Back-off pulling ${secret}` };
    expect(told(workload, context(pod('web:2', failing)))).toMatchObject({
      reason: expect.stringContaining('image "web:2"'),
    });
    expect(told(workload, context(pod(secret, failing)))).toMatchObject({
      reason: expect.stringContaining('image "(not shown)"'),
    });
  });

  it.each([
    { phase: 'Failed', message: secret },
    { error: secret },
    { conditions: [{ type: 'Ready', status: 'False', reason: 'DbRefused', message: secret }] },
    { conditions: [{ type: 'Stalled', status: 'True', reason: `bad: ${secret}`, message: secret }] },
    { state: `error: ${secret}` },
  ])('of other kinds what it comes to, whatever is left out: %j', (status) => {
    const custom = object('example.com/v1', 'Shop', 'a', { status });
    const [all, some] = [health(custom, context()), told(custom, context())];
    expect(some.kind).toBe(all.kind);
    expect(JSON.stringify(all)).toContain(secret);
    expect(JSON.stringify(some)).not.toContain(secret);
  });

  it('the reason of a condition', () => {
    const status = { conditions: [{ type: 'Ready', status: 'False', reason: 'DbRefused', message: secret }] };
    expect(told(object('example.com/v1', 'Shop', 'a', { status }), context())).toMatchObject({ reason: 'DbRefused' });
  });

  it('how an autoscaler does by what an annotation says', () => {
    const conditions = [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: secret }];
    const scaler = object('autoscaling/v1', 'HorizontalPodAutoscaler', 'a');
    const annotations = { 'autoscaling.alpha.kubernetes.io/conditions': JSON.stringify(conditions) };
    const annotated = { ...scaler, metadata: { ...scaler.metadata, annotations } };
    expect(told(annotated, context()).kind).toBe('progressing');
    expect(JSON.stringify(told(annotated, context()))).not.toContain(secret);
  });
});

it('Counts, times, addresses and words stay', () => {
  const status = {
    replicas: 3,
    startTime: '2026-11-21T10:00:00Z',
    ip: '10.0.0.7',
    phase: 'Bound',
    free: 'as one says',
    hard: '10Gi',
  };
  expect(withoutFreeText(object('v1', 'X', 'x', { status }), new Set())['status']).toEqual({ ...status, free: '' });
});
