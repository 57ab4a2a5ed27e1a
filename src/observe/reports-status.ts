/**
 * API groups whose controllers write a status on every object: an object without one has not been looked at yet.
 * Of other groups nothing is known (a ServiceMonitor never has a status), and being there is healthy.
 */
export function reportsStatus(group: string): boolean {
  return groups.some((known) => group === known || group.endsWith(`.${known}`));
}

const groups: readonly string[] = [
  'apps.kruise.io',
  'ceph.rook.io',
  'cert-manager.io',
  'clickhouse-keeper.altinity.com',
  'clickhouse.altinity.com',
  'cluster.x-k8s.io',
  'coralogix.com',
  'core.humio.com',
  'crossplane.io',
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'gateway.solo.io',
  'gloo.solo.io',
  'grafana.integreatly.org',
  'helm.toolkit.fluxcd.io',
  'iammanager.keikoproj.io',
  'image.toolkit.fluxcd.io',
  'k8s.keycloak.org',
  'k8s.mariadb.com',
  'kafka.strimzi.io',
  'karpenter.sh',
  'keda.sh',
  'kustomize.toolkit.fluxcd.io',
  'minio.min.io',
  'notification.toolkit.fluxcd.io',
  'numaflow.numaproj.io',
  'numaplane.numaproj.io',
  'operator.victoriametrics.com',
  'policy.open-cluster-management.io',
  'postgresql.cnpg.io',
  'promoter.argoproj.io',
  'rabbitmq.com',
  'serving.knative.dev',
  'solr.apache.org',
  'sparkoperator.k8s.io',
];
