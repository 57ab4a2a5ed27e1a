import { describe, expect, it } from 'vitest';
import { yamlBudget } from '../../../src/plan/yaml/budget.ts';
import { readKubernetesYaml } from '../../../src/plan/yaml/kubernetes-yaml.ts';

function values(text: string): unknown {
  const reading = readKubernetesYaml(text);
  return reading.kind === 'read' ? reading.documents.map((document) => document.value) : reading.problems;
}

function problems(text: string): readonly (readonly [number, string])[] {
  const reading = readKubernetesYaml(text);
  return reading.kind === 'read' ? [] : reading.problems.map(({ line, message }) => [line, message] as const);
}

describe('scalars mean what they mean to Kubernetes', () => {
  // As k8s.io/apimachinery/pkg/util/yaml (v0.36.3) decodes each of them.
  it.each<[string, unknown]>([
    ['yes', true],
    ['on', true],
    ['Y', true],
    ['n', false],
    ['Off', false],
    ['yEs', 'yEs'],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['', null],
    ['0644', 420],
    ['0o644', 420],
    ['-0644', -420],
    ['08', 8],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['_1', '_1'],
    ['1:30', '1:30'],
    ['2001-01-01', '2001-01-01'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.', 1],
    ['1.2.3', '1.2.3'],
    ['9223372036854775807', 9223372036854775807n],
    ['18446744073709551615', 18446744073709551615n],
    ['18446744073709551616', 18446744073709552000],
    ['1e400', '1e400'],
    ['=', '='],
    ['!!str 1', '1'],
    ['! 1', '1'],
    ['!!int "1"', 1],
    ['!!float 1', 1],
    ['!!bool yes', true],
    ['!!null ~', null],
    ['!!binary aGVsbG8=', 'hello'],
    ["'yes'", 'yes'],
    ['"1"', '1'],
  ])('%s is %s', (source, value) => {
    expect(values(`a: ${source}`)).toEqual([{ a: value }]);
  });

  it.each(['.inf', '-.Inf', '.nan', '!!int x', '!!bool 1', '!!binary x', '!custom x', '!!set {a: }'])(
    '%s is refused: JSON cannot hold it, or nobody knows it',
    (source) => {
      expect(problems(`a: 1\nb: ${source}`)).toMatchObject([[2, expect.any(String)]]);
    },
  );

  it('keys become texts as they do there', () => {
    expect(values('on: 1\n80: 2\n0x10: 3')).toEqual([{ true: 1, '80': 2, '16': 3 }]);
  });
});

describe('mappings', () => {
  it('take in others with `<<`, and have the last word', () => {
    expect(values('a: &a {x: 1, k: 1}\nb: &b {x: 2, z: 2}\nc:\n  <<: [*a, *b]\n  k: 3')).toMatchObject([
      { c: { x: 1, k: 3, z: 2 } },
    ]);
    expect(values('"<<": {a: 1}')).toEqual([{ '<<': { a: 1 } }]);
  });

  it.each([
    ['a key that is there twice', 'a: 1\nb: 1\na: 2', 3],
    ['a key that is there twice in another writing', '1: a\n"1": b', 2],
    ['a `<<` below what it sets', 'a: &a {x: 1}\nb:\n  x: 2\n  <<: *a', 4],
    ['two `<<`', 'a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a', 4],
    ['a `<<` of something else', 'a: 1\n<<: 2', 2],
    ['a list as key', 'a: 1\n? [b]\n: c', 2],
    ['an empty key', 'a: 1\n~: c', 2],
    ['a key that reads as a number with a fraction', 'a: 1\n1.10: c', 2],
    ['__proto__', 'a: 1\n__proto__: {b: 1}', 2],
    ['an alias of nothing', 'a: 1\nb: *c', 2],
    ['an alias of itself', 'a: 1\nb: &b\n  c: [*b]', 3],
    ['an alias inside its own list', 'a: &a\n  - *a', 2],
  ])('with %s are refused', (_case, text, line) => {
    expect(problems(text).map(([at]) => at)).toEqual([line]);
  });

  it('named like what every JavaScript object has are only keys', () => {
    expect(values('constructor: 1\ntoString: 2\nhasOwnProperty: 3')).toEqual([
      { constructor: 1, toString: 2, hasOwnProperty: 3 },
    ]);
  });
});

describe('hostile texts', () => {
  it('that multiply by aliases are refused before they are built', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    const started = performance.now();
    expect(problems(['l0: &l0 x', ...levels].join('\n'))).toMatchObject([[8, expect.stringContaining('aliases')]]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('that repeat one long value by aliases are refused before anybody writes it out', () => {
    const copies = Array.from({ length: 2_000 }, (_, n) => `b${n}: *a`);
    const text = `a: &a "${'x'.repeat(100_000)}"\n${copies.join('\n')}`;
    expect(problems(text)).toMatchObject([[expect.any(Number), expect.stringContaining('aliases')]]);
  });

  it('are refused together where they are read together, whatever they are cut into', () => {
    const part = `a: &a [${'1, '.repeat(2_000)}]\nb: [${'*a, '.repeat(300)}]\n`;
    expect(readKubernetesYaml(part).kind).toBe('read');
    const reading = readKubernetesYaml(Array.from({ length: 10 }, () => part).join('---\n'));
    // Said once: nothing behind it was looked at.
    expect(reading).toMatchObject({ kind: 'malformed', problems: [{ message: expect.stringContaining('aliases') }] });
    const budget = yamlBudget();
    const kinds = Array.from({ length: 10 }, () => readKubernetesYaml(part, budget).kind);
    expect([kinds.at(0), kinds.at(-1)]).toEqual(['read', 'malformed']);
  });

  it.each([
    ['values', `a: [${'1, '.repeat(500_001)}]`],
    ['characters', `a: "${'x'.repeat(8 * 1024 * 1024)}"`],
  ])('that hold one document of too many %s are refused at its line: it is read at a stretch', (_what, large) => {
    expect(problems(`a: 1\n---\n${large}\n---\nb: 1\n`)).toEqual([[2, expect.stringContaining('split it')]]);
  });

  it('that nest without end are refused', () => {
    expect(problems('['.repeat(100_000))).toHaveLength(1);
  });

  it('with many lines to indent end in time', () => {
    const started = performance.now();
    readKubernetesYaml(`a: [\n${'b,\n'.repeat(200_000)}]`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each(['\u0085', '\u2028', '\u2029'])('with a line end that only some readers see are refused', (separator) => {
    expect(problems(`a: 1\n# nothing here${separator}b: 1`)).toMatchObject([[2, expect.any(String)]]);
  });

  it.each([
    'password: *hunter2',
    'password: !hunter2!x y',
    'password: !hunter2{} y',
    'password: "hunter2',
    'password: hunter2: x',
    'password: !!int hunter2',
    'password: @hunter2',
    'hunter2: 1\nhunter2: 2',
    '%TAG !hunter2 hunter2:\n---\na: 1',
    '- !<hunter2 x',
  ])('are not quoted in what is said of them: %s', (text) => {
    expect(problems(text)).toHaveLength(1);
    expect(JSON.stringify(problems(text))).not.toContain('hunter2');
  });
});

describe('documents', () => {
  it('are told apart by their markers, not by what looks like them', () => {
    const text = '# first\na: |\n  ---\n  x\n---\n# nothing\n--- # second\nb: "---"\n...\n---\nc: 1';
    expect(values(text)).toEqual([{ a: '---\nx\n' }, null, { b: '---' }, { c: 1 }]);
  });

  it('that say how they are to be read, or begin with a byte order mark, are told apart as well', () => {
    expect(values('a: 1\n...\n# next\n%YAML 1.2\n%TAG ! tag:x,2000:\n---\nb: 2\n---\nc: 3\n')).toEqual([
      { a: 1 },
      { b: 2 },
      { c: 3 },
    ]);
    expect(values('a: 1\n\ufeff---\nb: 2\n\ufeff# next\n---\nc: 3\n')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
    expect(values('a: 1\r---\rb: 2\r')).toEqual([{ a: 1 }, { b: 2 }]);
    const reading = readKubernetesYaml('a: 1\n...\n%YAML 1.2\n---\nb: 2\n');
    expect(reading.kind === 'read' && reading.documents.map(({ line }) => line)).toEqual([1, 5]);
  });

  it('know where they begin and where their members stand', () => {
    const text = '# head\n---\n\n# the object\na: 1\nb:\n  - c: 1\n    d:\n      e: 2\n  - 3\n---\nf: 1\n';
    const reading = readKubernetesYaml(text);
    const [first, second] = reading.kind === 'read' ? reading.documents : [];
    expect([first?.line, second?.line]).toEqual([5, 12]);
    expect(first?.lineOf(['b'])).toBe(6);
    expect(first?.lineOf(['b', 0, 'd', 'e'])).toBe(9);
    expect(first?.lineOf(['b', 1])).toBe(10);
    expect(first?.lineOf(['b', 0, 'missing', 'deeper'])).toBe(7);
  });

  it('of one file say all that is wrong with them at once', () => {
    const text = '%YAML 1.1\n---\na: 1\n---\nb: [\n---\nc: 1\n---\nd: *x\n---\ne: 1\ne: 2';
    expect(problems(text).map(([line]) => line)).toEqual([5, 9, 12]);
  });

  it('that end within a quote are wrong on a line that is there', () => {
    const reading = readKubernetesYaml('kind: CronJob\nspec:\n  schedule: "0 2 * * *\n  suspend: true\n\n');
    expect(reading).toMatchObject({ kind: 'malformed', problems: [{ line: 4 }] });
  });

  it('that look like templates are called so', () => {
    for (const text of ['a: 1\nname: {{ .Values.name }}', 'a: 1\n{{- if .Values.on }}\nb: 1\n{{ end }}']) {
      expect(problems(text)).toEqual([[2, expect.stringContaining('template')]]);
    }
    expect(values('a: "{{ $labels.pod }}"')).toEqual([{ a: '{{ $labels.pod }}' }]);
  });

  it('may close brackets and go on with quotes less indented than YAML asks', () => {
    expect(values('a:\n  b: [\n    x\n  ]\n  c: {\n  "d": 1\n  }\n  e: "one\ntwo"\nf: 1')).toEqual([
      { a: { b: ['x'], c: { d: 1 }, e: 'one two' }, f: 1 },
    ]);
    expect(problems('a: "x\n--- \n"').map(([line]) => line)).toEqual([1, 3]);
    const reading = readKubernetesYaml('a: [\nb\n]\nc: 1');
    expect(reading.kind === 'read' && reading.documents[0]?.lineOf(['c'])).toBe(4);
  });

  it('may have Windows line ends, a byte order mark, and no line end after a block', () => {
    expect(values('\ufeffa: 1\r\nb: |\r\n  x\r\n  y')).toEqual([{ a: 1, b: 'x\ny\n' }]);
  });

  it('may be JSON', () => {
    expect(values('{\n\t"a": [1, true, null, "\\u00e9\\/"],\n\t"b": {}\n}\n')).toEqual([
      { a: [1, true, null, 'é/'], b: {} },
    ]);
  });
});
