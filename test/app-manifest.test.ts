import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAppManifest } from '../sandbox/app-manifest.ts';
import { subscriptionProblems } from '../sandbox/forge/webhooks/subscriptions.ts';

describe('app.yml', () => {
  const { default_permissions: permissions, default_events: events } = readAppManifest();
  const text = readFileSync(path.join(import.meta.dirname, '../app.yml'), 'utf8');

  it('asks for the permissions that its events need', () => {
    expect(subscriptionProblems(permissions, events)).toEqual([]);
  });

  it('gives each permission and each event a reason', () => {
    const lines = text.split('\n');
    for (const name of [...Object.keys(permissions), ...events.filter((event) => event !== 'check_suite')]) {
      const at = lines.findIndex((line) => new RegExp(`^  (- )?${name}\\b`).test(line));
      expect(lines[at - 1]?.trim(), name).toMatch(/^# /);
    }
  });

  it('never asks to push', () => {
    expect(permissions['contents']).toBe('read');
    expect(Object.values(permissions)).not.toContain('admin');
  });
});
