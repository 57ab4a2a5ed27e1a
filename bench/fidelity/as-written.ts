import { Failure } from '../../src/domain/failure.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { isKeptBack } from '../../src/domain/plan.ts';
import { type LeftOut, toLeftOut } from './left-out.ts';
import { nothingHappened } from './nothing-happened.ts';
import type { References } from './references.ts';
import { renderingOf, type Stage } from './stage.ts';

/** What is written for versions of long ago is blocked, with the word for it, and releases nothing. */
export async function asWritten(
  stage: Stage,
  {
    before,
    references,
    manifests,
  }: {
    readonly before: readonly Manifest[];
    readonly references: References;
    readonly manifests: readonly Manifest[] | null;
  },
): Promise<{ readonly blocked: readonly LeftOut[]; readonly mismatches: readonly string[] }> {
  if (manifests === null) return { blocked: [], mismatches: [] };
  const rendering = renderingOf(manifests);
  const planned = await stage.plan(renderingOf(before), rendering);
  const there = await stage.snapshot(references.list);
  const blocked = planned.plan.changes.filter(isKeptBack);
  const mismatches: string[] = [];
  for (const { object } of manifests) {
    if ((await stage.served(object.apiVersion, object.kind)) !== null) continue;
    const said = blocked.find(
      ({ identity }) => identity.kind === object.kind && identity.name === object.metadata.name,
    );
    const isSaid =
      said?.reason.code === 'kind-missing' &&
      said.reason.message.includes(`no kind ${object.kind} in ${object.apiVersion}`);
    if (!isSaid)
      mismatches.push(
        `${object.apiVersion} ${object.kind} ${object.metadata.name} is not served, and the plan says ${JSON.stringify(said?.reason ?? null)}`,
      );
  }
  const ending = await stage.release(rendering, planned).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Error(`as written: ${String(error)}`, { cause: error });
  });
  mismatches.push(
    ...(await nothingHappened(stage, { planned, ending, seen: references.list, there, isBlocked: blocked.length > 0 })),
  );
  const notServed = blocked.filter(({ reason }) => reason.code === 'kind-missing');
  return { blocked: notServed.map(toLeftOut), mismatches };
}
