import { Probot } from 'probot';

/** Whether GitHub signed this body with the webhook secret. */
export type VerifySignature = (body: string, signature: string) => Promise<boolean>;

/**
 * Probot's verification of `X-Hub-Signature-256`, in constant time. Only that part of Probot is used: its server
 * reads bodies of any size, and its event loop answers errors to the sender. It is given no App's key (the web role
 * holds none) and so must be given a token, which nothing uses. An empty secret would silently become "development".
 */
export async function createVerifier(secret: string): Promise<VerifySignature> {
  if (secret === '') throw new Error('the webhook secret is empty');
  const probot = new Probot({ secret, githubToken: 'unused', logLevel: 'fatal', redisConfig: '' });
  const { webhooks } = await probot.ready();
  // What is no signature at all is refused by an exception there.
  return (body, signature) => webhooks.verify(body, signature).catch(() => false);
}
