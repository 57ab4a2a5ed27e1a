import { describe, expect, it } from 'vitest';
import type { Refusal, RefusalCause } from '../../../src/domain/prediction.ts';
import { refusalText, withoutEchoes } from '../../../src/plan/refusals/refusal-text.ts';

function refusal(
  message: string,
  causes: readonly RefusalCause[] = [],
  reason: Refusal['reason'] = 'invalid',
): Refusal {
  return { reason, message, causes };
}

describe('The API server’s words without the values it echoes:', () => {
  it('are found in time among quotation marks that are never closed', () => {
    const began = performance.now();
    const message = `a: Invalid value: {${'\\"'.repeat(100_000)}`;
    expect(refusalText(refusal(message), false)).toBe('a: Invalid value: …');
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('name a field of many brackets in time', () => {
    const began = performance.now();
    const field = `spec${'['.repeat(100_000)}`;
    expect(refusalText(refusal('m', [{ field, message: 'm' }]), false)).toHaveLength(1_007);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it.each([
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.replicas: must be greater than or equal to 0',
    ],
    ['a: Invalid value: "x: y": field is immutable', 'a: field is immutable'],
    ['a: Invalid value: "say \\"hi\\": there": too long', 'a: too long'],
    ['a: Invalid value: {"b":"c: d","e":["]: "]}: field is immutable', 'a: field is immutable'],
    ['[a: Invalid value: "s1": no, b: Invalid value: 5: neither]', '[a: no, b: neither]'],
    ['a: Invalid value: "s1"', 'a: Invalid value'],
    ['a: Invalid value: core.PodSpec{Volumes:"s1"}: field is immutable', 'a: Invalid value: …'],
    ['a: Invalid value: "never closed: s1', 'a: Invalid value: …'],
    ['a: Invalid value: {"never": "closed"', 'a: Invalid value: …'],
    ['env[1].name: Duplicate value: "s1"', 'env[1].name: Duplicate value'],
    [
      '.data.k: expected string, got &value.valueUnstructured{Value:12345}',
      '.data.k: expected string, got something else',
    ],
    ['a: Required value', 'a: Required value'],
  ])('%s', (message, shown) => {
    expect(withoutEchoes(message)).toBe(shown);
  });

  it('name who asked, without their groups', () => {
    const asked = 'roles "web" is forbidden: user "system:serviceaccount:shop:fairlead"';
    const granted = 'is attempting to grant RBAC permissions not currently held: {APIGroups:[""], Resources:["*"]}';
    const message = `${asked} (groups=["system:serviceaccounts" "system:authenticated"]) ${granted}`;
    expect(refusalText(refusal(message, [], 'forbidden'), false)).toBe(`${asked} ${granted}`);
  });

  it('are taken from the causes, each once, with its field', () => {
    const cause = { field: 'spec.x', message: 'Invalid value: "s": field is immutable' };
    expect(refusalText(refusal('Thing "a" is invalid: spec.x: Invalid value: "s": …', [cause, cause]), false)).toBe(
      'spec.x: field is immutable',
    );
  });

  it.each([
    ['spec.containers[name="web"].image', 'spec.containers[web].image'],
    [
      'spec.containers[name="web"].ports[containerPort=0,protocol="TCP"].containerPrt',
      'spec.containers[web].ports.containerPrt',
    ],
    ['spec.ports[port=53,protocol="UDP"].nam', 'spec.ports[port=53,protocol=UDP].nam'],
    ['spec.ports[0].port', 'spec.ports[0].port'],
    ['metadata.labels[a=b', 'metadata.labels[a=b'],
  ])('name %s as people do', (field, shown) => {
    expect(refusalText(refusal('', [{ field, message: 'no' }]), false)).toBe(`${shown}: no`);
  });

  it('are cut where they go on for ever', () => {
    expect(refusalText(refusal('x'.repeat(5_000)), false).length).toBeLessThan(1_100);
  });
});

describe('About a Secret only', () => {
  it('the fields and the kind of refusal are said', () => {
    const cause = { field: 'data[token]', message: 'Invalid value: "hunter22": must be base64' };
    const text = refusalText(refusal('Secret "s" is invalid: hunter22', [cause]), true);
    expect(text).toContain('data[token]');
    expect(text).not.toMatch(/hunter22|base64/);
  });

  it('the field is said where only the message has it', () => {
    const message = 'failed to create typed patch object (n/s; /v1, Kind=Secret): .datta: field not declared in schema';
    expect(refusalText(refusal(message, [], 'unknown-field'), true)).toContain('.datta');
  });
});
