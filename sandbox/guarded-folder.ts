import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A folder that does not outlive the process that asked for it, however that one ends. */
export type GuardedFolder = {
  readonly path: string;
  /** Resolves when it is gone. May be called again. */
  remove(): Promise<void>;
};

/**
 * As for processes (`guarded-process.ts`), a shell holds a pipe from us and cleans up when it ends; it also makes the
 * folder, so that none is left between making and guarding. It tries for 5 s, because those who write into the folder
 * may be killed at the same moment.
 */
const guard = `
folder=$(mktemp -d "$1") || exit 1
echo "$folder"
while read -r line; do :; done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$folder" 2>/dev/null && [ "$attempt" -gt 1 ] && exit 0
  sleep 0.05
  [ -e "$folder" ] || exit 0
  sleep 0.5
done
`;

/** Makes an empty folder for the system's temporary files; its name begins with `fairlead-NAME-`. */
export async function makeGuardedFolder(name: string): Promise<GuardedFolder> {
  const template = path.join(tmpdir(), `fairlead-${name}-XXXXXX`);
  const shell = spawn('sh', ['-c', guard, 'guard', template], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => resolve());
  });
  const said = createInterface(shell.stdout)[Symbol.asyncIterator]();
  const { value } = await Promise.race([said.next(), gone.then(() => said.next())]);
  if (value === undefined) throw new Error(`cannot make a folder ${template}`);
  return {
    path: value,
    remove: async () => {
      shell.stdin.end();
      await gone;
    },
  };
}
