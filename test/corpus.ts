import path from 'node:path';

/** Real manifests and pull requests, data beside the project; whoever cloned the project alone does not have them. */
export const corpus = process.env['CORPUS'] ?? path.resolve(import.meta.dirname, '../../shared/corpus');
