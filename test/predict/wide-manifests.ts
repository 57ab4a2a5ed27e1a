import { isJsonObject, type Json, type JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { object } from '../objects.ts';

const term = { weight: 1, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'wide' } } } };
const spread = {
  maxSkew: 1,
  topologyKey: 'zone',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: { app: 'wide' } },
};

const path = (at: string): JsonObject => ({
  path: at,
  pathType: 'Prefix',
  backend: { service: { name: 'wide', port: { number: 80 } } },
});

function labelled({ metadata, ...rest }: KubernetesObject): KubernetesObject {
  const more = { labels: { team: 'a', part: 'b' }, annotations: { 'example.com/note': 'c' } };
  return { ...rest, metadata: { ...metadata, ...more } };
}

/** Objects with many of the fields that people write, of kinds that merge differently. */
export const everyKind: readonly KubernetesObject[] = [
  labelled(
    object('apps/v1', 'Deployment', 'wide', {
      spec: {
        replicas: 2,
        minReadySeconds: 3,
        revisionHistoryLimit: 4,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
        selector: { matchLabels: { app: 'wide' } },
        template: {
          metadata: { labels: { app: 'wide', tier: 'web' }, annotations: { note: 'yes' } },
          spec: {
            serviceAccountName: 'default',
            terminationGracePeriodSeconds: 20,
            nodeSelector: { disk: 'ssd' },
            tolerations: [{ key: 'a', operator: 'Exists' }],
            securityContext: { runAsNonRoot: true, fsGroup: 5 },
            affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term] } },
            topologySpreadConstraints: [spread],
            initContainers: [{ name: 'init', image: 'init:1', command: ['true'] }],
            containers: [
              {
                name: 'web',
                image: 'web:1',
                args: ['--fast'],
                env: [
                  { name: 'A', value: '1' },
                  { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                ],
                envFrom: [{ configMapRef: { name: 'settings', optional: true } }],
                ports: [
                  { name: 'http', containerPort: 80 },
                  { name: 'dns', containerPort: 53, protocol: 'UDP' },
                ],
                resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m', memory: '32Mi' } },
                securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
                livenessProbe: { httpGet: { path: '/up', port: 80 }, periodSeconds: 7 },
                lifecycle: { preStop: { exec: { command: ['true'] } } },
                volumeMounts: [{ name: 'scratch', mountPath: '/tmp', readOnly: true }],
              },
              { name: 'side', image: 'side:1' },
            ],
            volumes: [
              { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
              { name: 'config', configMap: { name: 'settings', defaultMode: 256, items: [{ key: 'a', path: 'a' }] } },
            ],
          },
        },
      },
    }),
  ),
  labelled(
    object('v1', 'Service', 'wide', {
      spec: {
        selector: { app: 'wide', tier: 'web' },
        sessionAffinity: 'ClientIP',
        publishNotReadyAddresses: true,
        ports: [
          { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
          { name: 'dns', port: 53, protocol: 'UDP', appProtocol: 'dns' },
        ],
      },
    }),
  ),
  labelled(object('v1', 'ConfigMap', 'wide', { data: { a: '1', b: '2' }, binaryData: { c: 'YQ==' } })),
  labelled(
    object('networking.k8s.io/v1', 'Ingress', 'wide', {
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['a.example.com'], secretName: 'tls' }],
        rules: [{ host: 'a.example.com', http: { paths: [path('/'), path('/b')] } }],
      },
    }),
  ),
  labelled(
    object('networking.k8s.io/v1', 'NetworkPolicy', 'wide', {
      spec: {
        podSelector: { matchLabels: { app: 'wide' } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
      },
    }),
  ),
  labelled(
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'wide', {
      spec: {
        minReplicas: 2,
        maxReplicas: 5,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wide' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
        behavior: {
          scaleDown: { stabilizationWindowSeconds: 60, policies: [{ type: 'Pods', value: 1, periodSeconds: 9 }] },
        },
      },
    }),
  ),
  labelled(
    object('batch/v1', 'CronJob', 'wide', {
      spec: {
        schedule: '0 0 * * *',
        concurrencyPolicy: 'Forbid',
        suspend: true,
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1', workingDir: '/' }] } },
          },
        },
      },
    }),
  ),
  labelled(
    object('v1', 'ServiceAccount', 'wide', {
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'pull' }],
    }),
  ),
  labelled(
    object('v1', 'PersistentVolumeClaim', 'wide', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '1Gi' } },
      },
    }),
  ),
  labelled(
    object('example.com/v1', 'Wide', 'wide', {
      spec: {
        text: 'a',
        nested: { a: 'a', b: { c: 'c' } },
        named: [
          { name: 'x', value: '1' },
          { name: 'y', value: '2' },
        ],
        set: ['a', 'b'],
        atomic: [{ a: 'a' }, { a: 'b' }],
        map: { k: 'v', l: 'w' },
        maps: { k: { a: 'a' }, l: { a: 'b' } },
        anything: { deep: { deeper: [1, { x: 2 }] }, other: true },
      },
    }),
  ),
];

const text = { type: 'string' };

/** Of the kind `Wide`: lists and maps of every sort. */
export const schema: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'wides.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'wides', kind: 'Wide' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  text: { type: 'string', default: 'by-default' },
                  nested: {
                    type: 'object',
                    properties: { a: text, b: { type: 'object', properties: { c: text } } },
                  },
                  named: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', required: ['name'], properties: { name: text, value: text } },
                  },
                  set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
                  atomic: { type: 'array', items: { type: 'object', properties: { a: text } } },
                  map: { type: 'object', additionalProperties: text },
                  maps: {
                    type: 'object',
                    additionalProperties: { type: 'object', properties: { a: text } },
                  },
                  anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        },
      },
    ],
  },
};

/** Every place of an object that a person could drop: members and items, but what makes the object this object. */
export function droppable(of: KubernetesObject): readonly (readonly (string | number)[])[] {
  const { apiVersion: _version, kind: _kind, metadata, ...content } = of;
  const { labels, annotations } = metadata;
  return [...placesIn({ metadata: { labels, annotations } }), ...placesIn(content)].filter(
    (place) => place.join() !== 'metadata',
  );
}

function placesIn(value: Json | undefined): readonly (readonly (string | number)[])[] {
  const children: readonly (readonly [string | number, Json | undefined])[] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item])
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return children.flatMap(([place, child]) => [[place], ...placesIn(child).map((below) => [place, ...below])]);
}
