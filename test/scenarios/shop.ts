import { configMap, deployment } from '../manifest-texts.ts';

/** Quick to settle. */
export const settings = `environments:
  staging:
    cluster: staging
    path: deploy/staging
    namespace: shop
    settle: 0s
    health: { timeout: 20s }
`;

/** Directory `deploy/staging`: a Deployment and a ConfigMap. */
export const webFiles = {
  'deploy/staging/web.yaml': deployment(),
  'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hello' }),
};

export const paths = {
  deployment: '/apis/apps/v1/namespaces/shop/deployments/web',
  configMap: (name: string) => `/api/v1/namespaces/shop/configmaps/${name}`,
  volumeClaim: (name: string) => `/api/v1/namespaces/shop/persistentvolumeclaims/${name}`,
};
