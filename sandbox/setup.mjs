/**
 * Starts a script of this repository on a machine that has only some Node (20 or newer) and npm:
 *
 *   node sandbox/setup.mjs [--world] SCRIPT [ARGUMENTS]
 *
 * Installs the locked packages if they are missing or stale, and runs SCRIPT on the Node that comes with them. With
 * `--world` the programs of the sandbox (control plane, Redis) are provided first. Plain JavaScript without
 * dependencies, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const bin = path.join(root, 'node_modules', '.bin');
const node = path.join(bin, 'node');
// npm puts its own folders first only for what it starts itself.
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };

const [first, ...rest] = process.argv.slice(2);
const withWorld = first === '--world';
const [script, ...scriptArguments] = withWorld ? rest : [first, ...rest];
if (script === undefined) fail('usage: node sandbox/setup.mjs [--world] SCRIPT [ARGUMENTS]');
if (!existsSync(path.join(root, script))) fail(`${script} is not there`);

if (!packagesAreInstalled()) {
  say('installing the locked packages (npm ci)');
  // The Node that comes with the packages is the one that runs them: what npm warns of this one is beside the point.
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci failed');
}
if (withWorld) run(node, [path.join(root, 'sandbox/provide.ts')], 'the sandbox could not be provided');
await become(node, [path.join(root, script), ...scriptArguments]);

/** Whether node_modules holds what the lock file says: a package missing, another version or no `node` is stale. */
function packagesAreInstalled() {
  const installedFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile) || !existsSync(node)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([place, { version, optional }]) => {
    if (place === '') return true;
    // What is optional may be for another platform.
    if (installed[place] === undefined) return optional === true;
    return installed[place].version === version && existsSync(path.join(root, place, 'package.json'));
  });
}

function run(command, args, complaint) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) fail(`${complaint}${error === undefined ? '' : `: ${error.message}`}`);
}

/** Runs the script in the place of this process: same terminal, signals handed on, same exit. */
async function become(command, args) {
  const child = spawn(command, args, { env, stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...ended) => resolve(ended));
  });
  process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : 15);
}

function say(line) {
  process.stdout.write(`[setup] ${line}\n`);
}

function fail(line) {
  process.stderr.write(`[setup] ${line}\n`);
  process.exit(1);
}
