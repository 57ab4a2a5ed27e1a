import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunEnd } from '../../process/run-bounded.ts';
import { type JailBounds, runJailed } from './run-jailed.ts';

/**
 * Puts the launcher itself into the jail, has it try to leave, and says why it must not be trusted; null: it can be. What a
 * kernel, a container's own filter or a security module leave of it is known only this way.
 */
export async function probeJail(launcher: string, temporary: string): Promise<string | null> {
  const folder = await mkdtemp(path.join(temporary, 'fairlead-probe-'));
  try {
    const [root, outside] = [path.join(folder, 'root'), path.join(folder, 'outside')];
    const inside = path.join(root, 'inside');
    await mkdir(root);
    for (const file of [inside, outside]) await writeFile(file, 'x');
    const program = { command: launcher, environment: {}, jail: { kind: 'jail', launcher } } as const;
    const waysOut = [
      `read=${outside}`,
      `read=${root}/../outside`,
      `list=${folder}`,
      `list=/`,
      `write=${inside}`,
      `write=${root}/new`,
      `write=${outside}`,
      ...['unix', 'inet', 'inet6', 'netlink'].map((family) => `socket=${family}`),
      'connect=tcp4:9',
      'files',
      'privileges',
      'process',
      `signal=${process.pid}`,
      `limits=${process.pid}`,
      `empty=${inside}`,
      `attributes=${inside}`,
      `lease=${inside}`,
      `memory=${2 * bounds.memoryBytes}`,
      'calls',
      `exec=${process.execPath}`,
    ];
    const end = await runJailed(program, root, ['probe', `read=${inside}`, ...waysOut], bounds);
    return verdict(end, `read=${inside} got 1 bytes`, waysOut);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bounds: JailBounds = {
  memoryBytes: 1_000_000_000,
  cpuSeconds: 10,
  deadlineMs: 30_000,
  outputBytes: 64 * 1024,
  fileBytes: 1_000,
};

function verdict(end: RunEnd, within: string, waysOut: readonly string[]): string | null {
  if (end.kind === 'not-started') return end.cause.message.slice(0, 300);
  if (end.kind !== 'exited') return `fairlead-jail did not run (${end.kind})`;
  const answers = end.stdout.toString('utf8').split('\n');
  if (end.code !== 0 && answers.length <= 1)
    return end.stderr.trim().slice(0, 300) || `fairlead-jail ended with ${end.code}`;
  if (!answers.includes(within)) return 'a program in fairlead-jail cannot read its own folder';
  const open = waysOut.find((attempt) => !answers.some((answer) => answer.startsWith(`${attempt} refused: `)));
  if (open === undefined) return null;
  const got = answers.find((answer) => answer.startsWith(`${open} `)) ?? `${open} ended it`;
  return `fairlead-jail does not hold here (${got})`;
}
