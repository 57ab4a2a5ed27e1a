import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../src/plan/manifests/read-manifests.ts';
import { corpus } from '../../corpus.ts';

/** Real folders of real repositories, and what may be wrong with them: found by hand to be true of each. */
const knownTruths = [
  'This is not UTF-8 text', // encrypted with git-crypt
  'is there twice', // the same object in two files, or a key twice in one mapping
  'This is not YAML: unexpected end of the stream within a double quoted scalar',
];

describe('manifests that people really wrote', () => {
  it.each([
    ['moj-2022-12-31-slice', 117, 1_031],
    ['moj-prs-2019-2022', 72, 700],
    ['oss-test-infra-prs', 37, 250],
    ['ingress-nginx/releases', 7, 135],
    ['metallb/releases', 9, 188],
    ['online-boutique/releases', 10, 317],
    ['kube-prometheus/releases', 2, 156],
  ])('are read, or refused with a reason that is true: %s', (name, folders, atLeast) => {
    const root = path.join(corpus, name);
    if (!existsSync(root)) return console.warn(`SKIPPED: ${root} is not there (set CORPUS)`);
    let manifests = 0;
    const unexplained: string[] = [];
    const read = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const folder of read.flatMap(({ name: child }) => halves(path.join(root, child)))) {
      const reading = readManifests(filesBelow(folder));
      if (reading.kind === 'read') manifests += reading.manifests.length;
      else unexplained.push(...reading.problems.map(({ message }) => message).filter((message) => !isTrue(message)));
    }
    expect(unexplained).toEqual([]);
    expect(read.length).toBe(folders);
    expect(manifests).toBeGreaterThanOrEqual(atLeast);
  });
});

function isTrue(message: string): boolean {
  return knownTruths.some((known) => message.includes(known));
}

function halves(folder: string): readonly string[] {
  const both = ['before', 'after'].map((half) => path.join(folder, half)).filter((half) => existsSync(half));
  return both.length > 0 ? both : [folder];
}

function filesBelow(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(yaml|yml|json)$/.test(file) && path.basename(file) !== 'case.json')
    .toSorted()
    .map((file) => ({ path: file, content: readFileSync(path.join(folder, file)) }));
}
