import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { allocated, predictedContent } from '../../../src/plan/fields/allocated.ts';
import { objectIn } from '../../objects.ts';

const service = (spec: JsonObject) => objectIn('shop', 'v1', 'Service', 's', { spec });
const port = (nodePort?: number) => ({ port: 80, protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) });
const content = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', namespace: 'shop' },
  spec,
});

describe('Of a Service is allocated', () => {
  const predicted = service({
    clusterIP: '10.0.0.0',
    clusterIPs: ['10.0.0.0'],
    ports: [port(32_769)],
    type: 'NodePort',
  });

  it('what neither Git nor the cluster has', () => {
    expect(predictedContent(predicted, service({ ports: [port()] }), null)).toEqual(
      content({
        clusterIP: allocated,
        clusterIPs: [allocated],
        ports: [{ ...port(), nodePort: allocated }],
        type: 'NodePort',
      }),
    );
  });

  it('nothing that Git sets', () => {
    const manifest = service({ clusterIP: '10.0.0.0', ports: [port(32_769)] });
    expect(predictedContent(predicted, manifest, null)).toEqual(content(predicted['spec'] as JsonObject));
  });

  it('nothing that lives', () => {
    expect(predictedContent(predicted, service({ ports: [port()] }), predicted)).toEqual(
      content(predicted['spec'] as JsonObject),
    );
  });

  it('only the new port of one that lives', () => {
    const live = service({ clusterIP: '10.0.0.7', ports: [port(32_000)] });
    const after = service({ clusterIP: '10.0.0.7', ports: [port(32_000), { port: 81, nodePort: 31_111 }] });
    expect(predictedContent(after, service({ ports: [port(), { port: 81 }] }), live)['spec']).toEqual({
      clusterIP: '10.0.0.7',
      ports: [port(32_000), { port: 81, nodePort: allocated }],
    });
  });

  it('no address of a headless one', () => {
    const headless = service({ clusterIP: 'None', clusterIPs: ['None'], ports: [] });
    expect(predictedContent(headless, service({ clusterIP: 'None' }), null)['spec']).toEqual({
      clusterIP: 'None',
      clusterIPs: ['None'],
      ports: [],
    });
  });
});

describe('Of a Job is allocated', () => {
  const labels = { 'controller-uid': 'u', 'batch.kubernetes.io/controller-uid': 'u', 'job-name': 'j' };
  const spec = {
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
    template: { metadata: { labels } },
  };
  const predicted = objectIn('shop', 'batch/v1', 'Job', 'j', { spec });

  it('the UID that it is known by', () => {
    const text = JSON.stringify(predictedContent(predicted, objectIn('shop', 'batch/v1', 'Job', 'j'), null));
    expect(text.split(allocated)).toHaveLength(4);
    expect(text).toContain('"job-name":"j"');
  });

  it('nothing once it lives, or where Git chooses the selector', () => {
    const chosen = objectIn('shop', 'batch/v1', 'Job', 'j', { spec: { manualSelector: true } });
    expect(predictedContent(predicted, objectIn('shop', 'batch/v1', 'Job', 'j'), predicted)['spec']).toEqual(spec);
    expect(predictedContent(predicted, chosen, null)['spec']).toEqual(spec);
  });
});

it('Nothing else is allocated', () => {
  const other = objectIn('shop', 'v1', 'ConfigMap', 'c', { spec: { clusterIP: '10.0.0.1' } });
  expect(predictedContent(other, null, null)['spec']).toEqual({ clusterIP: '10.0.0.1' });
});
