/**
 * The texts of `Warning` headers: `299 - "policy/v1beta1 is deprecated", 299 - "…"`, each once, in their order.
 *
 * Kubernetes sends code 299 and agent `-`, text quoted with `\` before `"` and `\` (RFC 7234 section 5.5, KEP-1693).
 * Anything else in the header is no warning of the API server (a proxy's) and is left out.
 */
export function warningTexts(header: string | readonly string[] | undefined): readonly string[] {
  const lines = header === undefined ? [] : typeof header === 'string' ? [header] : header;
  const texts = lines.flatMap((line) =>
    [...line.matchAll(/(?:^|,)\s*(\d{3}) \S+ "((?:[^"\\]|\\.)*)"/g)].flatMap(([, code, quoted]) =>
      code === '299' && quoted !== undefined ? [quoted.replaceAll(/\\(.)/g, '$1')] : [],
    ),
  );
  return [...new Set(texts)];
}
