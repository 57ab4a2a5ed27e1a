/** Small manifests for scenarios: quick to settle. */
export const settings = `environments:
  staging:
    cluster: staging
    path: deploy/staging
    namespace: shop
    settle: 0s
    health: { timeout: 20s }
`;

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

export function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data: ${JSON.stringify(data)}
`;
}

/** Directory `deploy/staging`: a Deployment and a ConfigMap. */
export const webFiles = {
  'deploy/staging/web.yaml': deployment(),
  'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hello' }),
};

export const paths = {
  deployment: '/apis/apps/v1/namespaces/shop/deployments/web',
  configMap: (name: string) => `/api/v1/namespaces/shop/configmaps/${name}`,
};
