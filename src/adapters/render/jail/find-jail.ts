import { findProgram } from '../../process/find-program.ts';
import { runBounded } from '../../process/run-bounded.ts';
import { probeJail } from './probe-jail.ts';
import { type Jail, withoutNetwork } from './run-jailed.ts';

/**
 * What renderers can be kept in here: the jail, where there is a `fairlead-jail` in `PATH` and the kernel lets nothing out of
 * it that was tried just now; else the bounds that are left. `temporary` exists, and is where renderings will be.
 */
export async function findJail(environment: Readonly<Record<string, string>>, temporary: string): Promise<Jail> {
  const launcher = await findProgram('fairlead-jail', environment);
  const missing = launcher === null ? 'there is no fairlead-jail in PATH' : await probeJail(launcher, temporary);
  if (launcher !== null && missing === null) return { kind: 'jail', launcher };
  const probe = await runBounded({
    command: 'unshare',
    args: [...withoutNetwork, 'true'],
    cwd: '/',
    environment,
    input: '',
    deadlineMs: 30_000,
    maxOutput: 10_000,
  });
  const isolated = probe.kind === 'exited' && probe.code === 0;
  return { kind: 'bounds', missing: missing ?? '', isolated, environment };
}

/** For the operator: whether it holds, or what is missing and what remains. */
export function describeJail(jail: Jail): string {
  switch (jail.kind) {
    case 'jail':
      return 'holds: renderers read their own folder, write nowhere, and have no network';
    case 'bounds': {
      const remains = `Kustomizations and charts of forks are refused; others are rendered within limits, ${reach(jail.isolated)}`;
      return `missing: ${jail.missing}. ${remains}`;
    }
  }
}

function reach(isolated: boolean): string {
  return isolated
    ? 'without network, from a copy of what they refer to'
    : 'with the network in reach: this system allows no unprivileged user and network namespaces (unshare --user --net). What remains: whatever is remote is refused before kustomize runs, and it has no git';
}
