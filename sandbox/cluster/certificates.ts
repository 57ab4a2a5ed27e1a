/**
 * A certificate authority in memory: X.509 by hand, since Node reads certificates but writes none, and a sandbox should
 * not need openssl. Elliptic keys (P-256), signed with SHA-256; RFC 5280 for the fields, X.690 for the encoding.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export type Certificate = {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
};

export type CertificateAuthority = {
  /** PEM, to be trusted. */
  readonly certificate: string;
  /** For a server at these IPv4 addresses and names. */
  server(addresses: readonly string[], names: readonly string[]): Certificate;
  /** For a user of the Kubernetes API: the common name is the user, the organizations are the groups. */
  client(user: string, groups: readonly string[]): Certificate;
};

export function certificateAuthority(name: string): CertificateAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = distinguishedName(name, []);
  const issue = (subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string =>
    pem('CERTIFICATE', signedCertificate({ issuer, subject, publicKey, extensions, signingKey: keys.privateKey }));
  const issueWithKey = (subject: Buffer, extensions: readonly Buffer[]): Certificate => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate: issue(subject, publicKey, extensions), key };
  };
  return {
    certificate: issue(issuer, keys.publicKey, [isAuthority]),
    server: (addresses, names) =>
      issueWithKey(distinguishedName('server', []), [
        extendedKeyUsage(serverAuthentication),
        subjectAlternativeNames(addresses, names),
      ]),
    client: (user, groups) => issueWithKey(distinguishedName(user, groups), [extendedKeyUsage(clientAuthentication)]),
  };
}

type CertificateFields = {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly signingKey: KeyObject;
};

function signedCertificate({ issuer, subject, publicKey, extensions, signingKey }: CertificateFields): Buffer {
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const day = 24 * 60 * 60_000;
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])), // serial number, positive by its first byte
    algorithm,
    issuer,
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + 365 * day)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signingKey)));
}

const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const isAuthority = extension('2.5.29.19', sequence(boolean(true)));

function extendedKeyUsage(purpose: string): Buffer {
  return extension('2.5.29.37', sequence(objectIdentifier(purpose)));
}

function subjectAlternativeNames(addresses: readonly string[], names: readonly string[]): Buffer {
  const entries = [
    ...names.map((name) => tagged(0x82, Buffer.from(name))),
    ...addresses.map((address) => tagged(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  return extension('2.5.29.17', sequence(...entries));
}

function extension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), tagged(0x04, value));
}

function distinguishedName(commonName: string, organizations: readonly string[]): Buffer {
  const attribute = (identifier: string, value: string): Buffer =>
    tagged(0x31, sequence(objectIdentifier(identifier), tagged(0x0c, Buffer.from(value))));
  return sequence(
    ...organizations.map((organization) => attribute('2.5.4.10', organization)),
    attribute('2.5.4.3', commonName),
  );
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function utcTime(at: number): Buffer {
  const [date = '', time = ''] = new Date(at).toISOString().slice(2, 19).split('T');
  return tagged(0x17, Buffer.from(`${date.replaceAll('-', '')}${time.replaceAll(':', '')}Z`));
}

/** Base 128, most significant first; the first two numbers share a byte (X.690, 8.19). */
function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((number) => {
    const digits = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tagged(0x06, Buffer.from(bytes));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
