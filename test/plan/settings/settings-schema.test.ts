import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server';
import { parseSettings } from '../../../src/plan/settings/parse-settings.ts';
import { settingsSchema } from '../../../src/plan/settings/settings-schema.ts';
import { readKubernetesYaml } from '../../../src/plan/yaml/kubernetes-yaml.ts';
import { schemaFile, schemaText } from '../../house/write-schema.ts';

const file = '.github/fairlead.yml';
const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(settingsSchema());

function withSetting(setting: string): string {
  return `environments:\n  staging:\n    cluster: one\n    path: deploy\n    namespace: shop\n    ${setting}\n`;
}

function verdicts(text: string): { readonly schema: boolean; readonly parser: boolean } {
  const reading = readKubernetesYaml(text);
  const value = reading.kind === 'read' ? reading.documents[0]?.value : null;
  return { schema: accepts(value), parser: parseSettings(text, file, 'main').kind === 'settings' };
}

describe('fairlead.schema.json', () => {
  it('is what `npm run schema` writes', () => {
    expect(readFileSync(schemaFile, 'utf8'), 'run `npm run schema`').toBe(schemaText());
  });

  it.each([
    '',
    'mode: observe',
    'follow: release/2',
    'after: []',
    'prune: false',
    'confirm: { deletions: 0, kinds: [Namespace, gameServer] }',
    'conflicts: leave',
    'foreign: remove',
    'adopt: [kubectl-edit]',
    'helm: { release: shop, values: [values.yaml, env/production.yaml] }',
    'health: { timeout: 90s }',
    'settle: 500ms',
    'ignore: [{ kind: Deployment, name: web, path: /spec/replicas }, { manager: istio }]',
    'ignore: [{ path: "/spec/template/spec/containers/[name=istio-proxy]" }]',
    'approvals: 0',
    'signed: false',
    'onFailure: stop',
    'drift: { mode: off }',
  ])('accepts what is accepted: %s', (setting) => {
    expect(verdicts(withSetting(setting))).toEqual({ schema: true, parser: true });
  });

  it.each([
    'folow: main',
    'mode: sometimes',
    'after: staging',
    'prune: "yes"',
    'confirm: { deletions: -1 }',
    'confirm: { kinds: StatefulSet }',
    'confirm: { kinds: ["*"] }',
    'conflicts: ask',
    'foreign: keep',
    'adopt: helm',
    'helm: { chart: shop }',
    'helm: { values: [../values.yaml] }',
    'health: 5m',
    'health: { timeuot: 5m }',
    'settle: 10',
    'ignore: [{ kind: Pod }]',
    'ignore: [{ kind: Deployment, path: spec.replicas }]',
    'approvals: 1',
    'signed: true',
    'onFailure: rollback',
    'drift: { mode: alert }',
  ])('refuses what is refused: %s', (setting) => {
    expect(verdicts(withSetting(setting))).toEqual({ schema: false, parser: false });
  });

  it.each([
    '{}',
    'environments: { Staging: { cluster: a, path: b, namespace: c } }',
    'environments: { a: { path: b } }',
  ])('refuses the whole: %s', (text) => {
    expect(verdicts(text)).toEqual({ schema: false, parser: false });
  });

  it('is understood by a YAML language server, which marks what is wrong and says what a setting is', async () => {
    const service = getLanguageService({
      schemaRequestService: () => Promise.resolve(schemaText()),
      workspaceContext: { resolveRelativePath: (path: string) => path },
    });
    service.configure({
      validate: true,
      hover: true,
      completion: true,
      schemas: [{ uri: 'file:///fairlead.schema.json', fileMatch: ['**/fairlead.yml'], schema: settingsSchema() }],
    });
    let version = 0;
    const open = (text: string) => TextDocument.create('file:///repo/fairlead.yml', 'yaml', ++version, text);
    expect(await service.doValidation(open(withSetting('mode: manual')), false)).toEqual([]);
    const [problem] = await service.doValidation(open(withSetting('mode: sometimes')), false);
    expect(problem?.range.start.line).toBe(5);
    const hover = await service.doHover(open(withSetting('settle: 10s')), { line: 5, character: 6 });
    expect(JSON.stringify(hover?.contents)).toContain('without difference for this long');
  });
});
