import type { ClusterFacts } from '../../../domain/cluster-facts.ts';
import type { Problem } from '../../../domain/rendering.ts';
import type { ChartClosure } from './helm-closure.ts';

/** A place in a template. */
interface Use {
  readonly file: string;
  readonly line: number | null;
  readonly found: string;
}

/** What a chart asks for and gets no true answer to, because it is rendered without the cluster. */
export function templateRemarks(closure: ChartClosure, facts: ClusterFacts): readonly Problem[] {
  const lookups = usesOf(/\blookup\s+["'(.$]/g, closure).map((use) =>
    remark(
      use,
      '`lookup` finds nothing: charts are rendered without the cluster. The plan shows what that makes of it.',
    ),
  );
  const served = new Set(facts.apis);
  const claimed = usesOf(/APIVersions\.Has\s+"([^"]{1,100})"/g, closure)
    .filter(({ found }) => helmBelievesIn.has(found) && !served.has(found))
    .map((use) =>
      remark(use, `helm takes ${use.found} for served, whatever the cluster is: ${facts.cluster} does not serve it.`),
    );
  return bounded([...lookups, ...claimed]);
}

/** Where a template makes something else each time it is rendered. */
export function randomUses(closure: ChartClosure): readonly Use[] {
  return usesOf(
    /\b(rand(?:AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|uuidv4|genCA\w*|genSelfSignedCert\w*|genSignedCert\w*|genPrivateKey|now|shuffle|bcrypt|htpasswd|encryptAES|derivePassword)\b/g,
    closure,
  );
}

/** In the actions of templates, and in what archives hold (without a line). */
function usesOf(what: RegExp, { files, archives }: ChartClosure): readonly Use[] {
  const uses: Use[] = [];
  for (const [file, content] of files) {
    if (!/(^|\/)templates\//.test(file) || file.endsWith('NOTES.txt')) continue;
    const text = Buffer.from(content).toString('utf8');
    const lineAt = lineCounter(text);
    for (const { action, index } of actionsIn(text)) {
      if (/^\{\{-?\s*\/\*/.test(action)) continue;
      for (const match of action.matchAll(what)) {
        uses.push({ file, line: lineAt(index + match.index), found: match[1] ?? match[0] });
      }
    }
  }
  for (const [file, content] of archives) {
    const found = new Set<string>();
    for (const { action } of actionsIn(content.toString('latin1'))) {
      for (const match of action.matchAll(what)) found.add(match[1] ?? match[0]);
    }
    for (const one of found) uses.push({ file, line: null, found: one });
  }
  return uses;
}

/**
 * `{{ … }}`, and in an archive never from one file into the next. By hand, and not by a pattern: megabytes of braces that
 * nobody closes (a README in an archive, a file that `.helmignore` names) would be searched to their end from each of them.
 */
function* actionsIn(text: string): Generator<{ readonly action: string; readonly index: number }> {
  let start = text.indexOf('{{');
  let end = -1;
  let border = -1;
  while (start >= 0) {
    if (end < start + 2) end = nextOf(text, '}}', start + 2);
    if (border < start) border = nextOf(text, '\0', start);
    if (end === text.length) return;
    const isWhole = end < border;
    if (isWhole) yield { action: text.slice(start, end + 2), index: start };
    start = text.indexOf('{{', isWhole ? end + 2 : border);
  }
}

/** The end of the text where there is none. */
function nextOf(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index < 0 ? text.length : index;
}

/** The line of a place in a text, from 1; places are asked for in their order. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  return (index) => {
    while (next >= 0 && next < index) {
      line += 1;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}

function remark({ file, line }: Use, message: string): Problem {
  return { file, line, path: null, message };
}

const most = 10;

function bounded(remarks: readonly Problem[]): readonly Problem[] {
  if (remarks.length <= most) return remarks;
  const message = `There are ${remarks.length - most} more such places in this chart.`;
  return [...remarks.slice(0, most), { file: null, line: null, path: null, message }];
}

/**
 * What helm 4 takes for served in any cluster (client-go's own list): `--api-versions` only adds to it. Those that
 * Kubernetes v1.30 and newer serve by default are left out: whether they are served is what the cluster says.
 */
const helmBelievesIn: ReadonlySet<string> = new Set(
  `admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 apps/v1beta1
apps/v1beta2 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1beta1 batch/v1beta1
certificates.k8s.io/v1alpha1 certificates.k8s.io/v1beta1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1
discovery.k8s.io/v1beta1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1beta1
flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 internal.apiserver.k8s.io/v1alpha1
networking.k8s.io/v1beta1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1beta1 rbac.authorization.k8s.io/v1alpha1
rbac.authorization.k8s.io/v1beta1 resource.k8s.io/v1 resource.k8s.io/v1alpha3 resource.k8s.io/v1beta1
resource.k8s.io/v1beta2 scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1 storage.k8s.io/v1alpha1
storage.k8s.io/v1beta1 storagemigration.k8s.io/v1 storagemigration.k8s.io/v1beta1`.split(/\s+/),
);
