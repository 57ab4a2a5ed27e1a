import { describe, expect, it } from 'vitest';
import { parseCommands } from '../../src/domain/command.ts';

const plan = { kind: 'command', command: { kind: 'plan' } };

describe('commands in a comment', () => {
  it('are read one for each line, in order', () => {
    expect(parseCommands('Thanks!\n/plan\r\n/confirm 0123456789ab  \n/sync staging\n/sync')).toEqual([
      plan,
      { kind: 'command', command: { kind: 'confirm', digest: '0123456789ab' } },
      { kind: 'command', command: { kind: 'sync', environment: 'staging' } },
      { kind: 'command', command: { kind: 'sync', environment: null } },
    ]);
  });

  it('count once each, however often they are written', () => {
    const read = parseCommands('/sync\n/plan\n/sync staging\n/sync\n/plan\n/help\n/plan now\n/help\n/plan now');
    expect(read.map((one) => (one.kind === 'command' ? one.command.kind : one.kind))).toEqual([
      'sync',
      'plan',
      'sync',
      'help',
      'misused',
    ]);
  });

  it('may ask about all environments or about one', () => {
    expect(parseCommands('/status\n/status staging\n/explain production\n/help me')).toEqual([
      { kind: 'command', command: { kind: 'status', environment: null } },
      { kind: 'command', command: { kind: 'status', environment: 'staging' } },
      { kind: 'command', command: { kind: 'explain', environment: 'production' } },
      { kind: 'misused', name: 'help', usage: '/help' },
    ]);
  });

  it.each([
    ['quoted', '> /plan'],
    ['in a fence', '```\n/plan\n```'],
    ['in a fence that is never closed', '~~~ text\n/plan'],
    ['in a fence that only a shorter fence follows', '````\n```\n/plan\n````'],
    ['indented as code', '    /plan'],
    ['behind a word', 'please /plan'],
    ['in an HTML comment', '<!--\n/plan\n-->'],
    ['in an HTML comment that is never closed', '<!--\n/plan'],
    ['behind an HTML comment on its line', '<!-- x -->/plan'],
    ['right below a quoted line', '> ask Ada\n/plan'],
    ['in code over several lines', 'run `first\n/plan\nthen` this'],
    ['between backticks of which one is escaped', '\\` a ` b\n/plan\n`'],
    ['in HTML that shows code', '<pre>\n\n/plan\n</pre>'],
    ['in HTML that shows a quote', '<BlockQuote class="x">\n\n/plan'],
    ['a path', '/usr/bin/plan'],
    ['another word', '/deploy now'],
  ])('do not count when %s', (_case, body) => {
    expect(parseCommands(body)).toEqual([]);
  });

  it('count in whatever case', () => {
    expect(parseCommands('/PLAN')).toEqual([plan]);
    expect(parseCommands('/Sync staging')).toEqual([
      { kind: 'command', command: { kind: 'sync', environment: 'staging' } },
    ]);
  });

  it.each([
    ['/plna', '/plan'],
    ['/paln', '/plan'],
    ['/plann', '/plan'],
    ['/Snyc staging', '/sync [environment]'],
    ['/confrim 0123456789ab', '/confirm [DIGEST]'],
    ['/confirmed', '/confirm [DIGEST]'],
  ])('are told from what is nearly one: %s', (body, meant) => {
    expect(parseCommands(body)).toMatchObject([{ kind: 'mistyped', meant }]);
  });

  it.each(['/foo', '/lgtm', '/test', '/scan', '/clean', '/sign', '/skip', '/ping', '/close', '/approve', '/retest'])(
    'leave alone what another bot may be told: %s',
    (body) => {
      expect(parseCommands(body)).toEqual([]);
    },
  );

  it('count again after a closed fence', () => {
    expect(parseCommands('```yaml\nkind: Pod\n```\n/plan')).toEqual([plan]);
    expect(parseCommands('<pre>\n/plan\n</pre>\n/plan')).toEqual([plan]);
    expect(parseCommands('the `<pre>` tag is lost, and <code> never closed\n\n/plan')).toEqual([plan]);
    expect(parseCommands('`a` is ready\n/plan\nsee `b`')).toEqual([plan]);
    expect(parseCommands('> ask Ada\n\nLooks good with `web:2`.\n/plan')).toEqual([plan]);
  });

  it.each([
    ['/plan staging', 'plan'],
    ['/confirm xyz', 'confirm'],
    ['/confirm 0123', 'confirm'],
    ['/sync a b', 'sync'],
  ])('with arguments they do not take (%s) are answered with their usage', (body, name) => {
    expect(parseCommands(body)).toMatchObject([{ kind: 'misused', name }]);
  });

  it('that are not there yet are named', () => {
    expect(parseCommands('/rollback production')).toEqual([{ kind: 'unavailable', name: 'rollback' }]);
  });
});
