import type { Certificate } from './certificates.ts';

export type KubeconfigUser = { readonly token: string } | Certificate;

export type KubeconfigFields = {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly user: KubeconfigUser;
  /** Default namespace of the context. */
  readonly namespace?: string;
};

/** Text of a kubeconfig with one context, everything embedded; as JSON, which is YAML too. */
export function kubeconfig({ server, authority, user, namespace }: KubeconfigFields): string {
  const credentials =
    'token' in user
      ? { token: user.token }
      : { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'sandbox', user: credentials }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace } }],
    'current-context': 'sandbox',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
