/**
 * Manifests as they stand in a repository. They end with a line's end, and without `data` behind the name: what is
 * written after them goes on there, two spaces deep in `metadata`.
 */
export function configMap(name: string, data: Readonly<Record<string, string>> | null = null): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
${data === null ? '' : `data: ${JSON.stringify(data)}\n`}`;
}

export function secret(name: string, stringData: Readonly<Record<string, string>> | null = null): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
${stringData === null ? '' : `stringData: ${JSON.stringify(stringData)}\n`}`;
}

/** A Deployment `web` of one container. */
export function deployment(image = 'web:1', replicas = 2): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: registry.example.com/${image}
`;
}

/** What holds data, and is not deleted without asking. */
export function volumeClaim(name: string): string {
  return `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${name}
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 5Gi } }
`;
}
