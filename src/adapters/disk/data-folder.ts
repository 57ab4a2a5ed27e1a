import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface DataFolder {
  /** For mirrors; stays where the operator named the folder. */
  readonly mirrors: string;
  /** For what is rendered; gone with the process. */
  readonly temporary: string;
  /** Removes what was made for this process alone. */
  close(): Promise<void>;
}

/** Opens the folder that the operator named, or (null) a private one. Both are for nobody else to read. */
export async function openDataFolder(folder: string | null): Promise<DataFolder> {
  const root = folder ?? (await mkdtemp(path.join(tmpdir(), 'fairlead-')));
  const [mirrors, temporary] = [path.join(root, 'mirrors'), path.join(root, 'temporary')];
  for (const made of [mirrors, temporary]) await mkdir(made, { recursive: true, mode: 0o700 });
  return {
    mirrors,
    temporary,
    close: () => rm(folder === null ? root : temporary, { recursive: true, force: true, maxRetries: 3 }),
  };
}
