import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { parseApiVersion } from '../../domain/manifest.ts';
import { isSecret } from './settle-manifest.ts';

export const sopsRefusal = 'is encrypted with SOPS: Fairlead does not decrypt, and applies no ciphertext';

/**
 * Where a manifest is encrypted with SOPS (github.com/getsops/sops): the block that it appends, or else the values of a
 * Secret that lost it (a renderer may leave out what it does not know). Empty: nowhere.
 */
export function sopsPlaces(written: JsonObject): readonly (readonly string[])[] {
  const { apiVersion, kind } = written;
  if (isDecryptedThere(apiVersion, kind)) return [];
  if (written['sops'] !== undefined && written['sops'] !== null) return [['sops']];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (!isSecret({ ...parseApiVersion(apiVersion), kind })) return [];
  return ['data', 'stringData'].flatMap((member) => {
    const values = written[member];
    if (!isJsonObject(values)) return [];
    return Object.keys(values).flatMap((key) => (isCiphertext(values[key]) ? [[member, key]] : []));
  });
}

/** By a controller in the cluster, which is given the ciphertext (github.com/isindir/sops-secrets-operator). */
function isDecryptedThere(apiVersion: unknown, kind: unknown): boolean {
  if (typeof apiVersion !== 'string' || kind !== 'SopsSecret') return false;
  return parseApiVersion(apiVersion).group === 'isindir.github.com';
}

function isCiphertext(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('ENC[AES256_GCM,data:');
}
