import os from 'node:os';
import path from 'node:path';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import { findJail } from '../../../../src/adapters/render/jail/find-jail.ts';
import type { Jail } from '../../../../src/adapters/render/jail/run-jailed.ts';

/** Landlock is there since 5.13: where it must be, a jail that is not found is a failure and nothing to be passed over. */
export const kernelCanJail = isNewer(os.release(), [5, 13]);

/** What Fairlead finds on this machine, with the launcher of this very source. */
export async function jailHere(): Promise<Jail> {
  const launcher = (await provideTools(() => undefined))['fairlead-jail'];
  const environment = { PATH: `${path.dirname(launcher)}:${process.env['PATH'] ?? ''}` };
  const jail = await findJail(environment, os.tmpdir());
  if (kernelCanJail && jail.kind !== 'jail') throw new Error(`Linux ${os.release()}, and no jail: ${jail.missing}`);
  return jail;
}

/** As where the kernel cannot do it, and containers may make no namespaces. */
export const boundsOnly = {
  kind: 'bounds',
  missing: 'this kernel has no Landlock',
  isolated: false,
  environment: { PATH: process.env['PATH'] ?? '' },
} as const satisfies Jail;

function isNewer(release: string, [major, minor]: readonly [number, number]): boolean {
  const [ours = 0, ourMinor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return ours > major || (ours === major && ourMinor >= minor);
}
