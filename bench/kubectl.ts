import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Contestant, type Course, isPlan, objectsOf, timed } from './contestant.ts';
import { filesOf } from './objects.ts';

export type KubectlOptions = {
  readonly program: string;
  readonly kubeconfig: string;
  /** Of its own; made. */
  readonly folder: string;
};

/** `kubectl diff` and `kubectl apply`, server-side. */
export function kubectl(options: KubectlOptions, course: Course): Contestant {
  return {
    measure: async (step) => {
      const manifests = path.join(options.folder, step.replaceAll(' ', '-'));
      mkdirSync(manifests, { recursive: true });
      for (const [file, text] of Object.entries(filesOf(objectsOf(step, course)))) {
        writeFileSync(path.join(manifests, file), text);
      }
      const task = isPlan(step) ? diff : apply;
      return { kubectl: await timed(() => run(options, [...task.args, '-f', manifests], task.ends)) };
    },
  };
}

/** 1 says that there are differences. */
const diff = { args: ['diff', '--server-side', '--concurrency=16'], ends: [0, 1] };
const apply = { args: ['apply', '--server-side'], ends: [0] };

async function run(
  { program, kubeconfig, folder }: KubectlOptions,
  args: readonly string[],
  ends: readonly number[],
): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, KUBECONFIG: kubeconfig };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === null || !ends.includes(code)) throw new Error(`kubectl ${args[0]} ended with ${code}: ${complaint}`);
}
