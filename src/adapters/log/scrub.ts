// GitHub's tokens (github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats), JSON web
// tokens, keys in PEM (as base64, too), and whatever stands as user and password in an address.
const secrets: readonly RegExp[] = [
  /\b(?:gh[pousr]_[A-Za-z0-9_]{10,}|github_pat_[A-Za-z0-9_]{10,}|v1\.[0-9a-f]{40})\b/g,
  /\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=\\*"))/g,
  /\bLS0tLS1CRUdJTi[A-Za-z0-9+/=_-]+/g,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^/\s"'@]+(?=@)/gi,
  /(?<=\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  // What the API server echoes: Go's quotes, or what it could not read, to the end of the text.
  /(?<=\b(?:Invalid|Duplicate) value: )\\"(?:[^"\\]|\\\\(?:\\.|.)|\\[^"\\])*\\"/g,
  /(?<=\b(?:Invalid|Duplicate) value: )(?!\[hidden\])[{[](?:[^"\\]|\\.)*/g,
  /(?<=\bgot )&value(?:[^"\\]|\\.)*/g,
];

/** The last net before a line of JSON is written: whatever looks like a credential is cut out, wherever it came from. */
export function scrub(line: string): string {
  return secrets.reduce((text, secret) => text.replace(secret, '[hidden]'), line);
}
