import { chartFile, type Problem } from '../../../domain/rendering.ts';
import { joinPath } from '../repository-path.ts';
import type { ChartClosure } from './helm-closure.ts';

/** What helm leaves out of its output with nothing but a line in its log, because it does not know a hook of it. */
export function skippedHooks(
  stderr: string,
  closure: ChartClosure,
): { readonly problems: readonly Problem[]; readonly remarks: readonly Problem[] } {
  const problems: Problem[] = [];
  const remarks: Problem[] = [];
  for (const [, bare, quoted] of stderr.matchAll(/skipping unknown hooks" hookTypes=(?:([^\s"]+)|"([^"]*)")/g)) {
    const written = (bare ?? quoted ?? '').slice(0, 200);
    const place = placeOf(written, closure);
    if (written.split(',').every((one) => one.trim().startsWith('test'))) {
      remarks.push({ ...place, message: `It is a test of the chart (helm.sh/hook: ${written}): it is left out.` });
    } else {
      const what = written.includes('crd-install') ? 'a CRD belongs in crds/' : 'mend the name of the hook';
      const message = `helm does not know this hook and leaves its object out (helm.sh/hook: ${written}): ${what}.`;
      problems.push({ ...place, message });
    }
  }
  return { problems, remarks };
}

/** The first template that says so; an archive, or an action that makes it, says it elsewhere. */
function placeOf(written: string, { folder, files }: ChartClosure): Omit<Problem, 'message'> {
  const path = 'metadata.annotations.helm.sh/hook';
  for (const [file, content] of files) {
    if (!/(^|\/)templates\//.test(file)) continue;
    const lines = Buffer.from(content).toString('utf8').split('\n');
    const index = lines.findIndex((line) => line.includes('helm.sh/hook') && line.includes(written));
    if (index >= 0) return { file, line: index + 1, path };
  }
  return { file: joinPath(folder, chartFile), line: null, path: null };
}
