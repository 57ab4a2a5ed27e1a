import { describe, expect, it } from 'vitest';
import { between, readHistogram } from '../../bench/histogram.ts';
import { benchReport, median, type RoundSeconds } from '../../bench/report.ts';

const metrics = `# HELP fairlead_plan_seconds From the rendering at hand to the finished plan.
# TYPE fairlead_plan_seconds histogram
fairlead_plan_seconds_bucket{le="0.5",cluster="a"} 1
fairlead_plan_seconds_sum{cluster="a"} 0.25
fairlead_plan_seconds_count{cluster="a"} 1
fairlead_plan_seconds_sum{cluster="b"} 1.5e0
fairlead_plan_seconds_count{cluster="b"} 2
fairlead_planned_objects_total{cluster="a"} 12
`;

describe('the bench', () => {
  it('reads what a histogram has seen, all clusters together', () => {
    expect(readHistogram(metrics, 'fairlead_plan_seconds')).toEqual({ count: 3, sum: 1.75 });
    expect(readHistogram(metrics, 'fairlead_release_seconds')).toEqual({ count: 0, sum: 0 });
  });

  it('takes the mean of what was observed in between, and knows when that was nothing', () => {
    expect(between({ count: 1, sum: 2 }, { count: 3, sum: 5 })).toBe(1.5);
    expect(between({ count: 1, sum: 2 }, { count: 1, sum: 2 })).toBeNull();
  });

  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('takes the median of %j', (values, middle) => expect(median(values)).toBe(middle));

  it('fails what is slower than the target, by the medians', () => {
    const report = benchReport({
      at: '2026-11-21T12:00:00.000Z',
      machine: { 'Node.js': 'v24' },
      sizes: [{ objects: 10, namespaces: 2, source: 'made up', memoryPeakMiB: 99, rounds: [1, 2, 9].map(roundTaking) }],
      amongMany: { objects: 10, environments: 3, alone: [0.4, 0.5, 2], among: [0.6, 1.1, 1.2], memoryPeakMiB: 399 },
    });
    expect(report).toMatch(/\| \*\*first plan\*\* +\| raw dry runs +\| +1\.00 \| +1\.00 \| +\|/);
    expect(report).toMatch(/\| +\| Fairlead: rendering → plan +\| +2\.00 \| +2\.00 \| FAIL \(≤ 1\.2\) +\|/);
    expect(report).toMatch(/\| +\| Fairlead: first write → verdict +\| +1\.00 \| +1\.00 \| pass \(≤ 1\.5\) +\|/);
    // Two seconds, where raw dry runs and raw applies take one each.
    expect(report).toMatch(
      /merge → converged +\| +2\.00 \| +2\.00 \| pass \(1\.00 × dry runs and applies, ≤ 1\.5\) \|/,
    );
    expect(report).toMatch(/\*\*plan where nothing changes\*\*.*\n.*\| +2\.00 \| FAIL \(≤ 0\.25\)/);
    expect(report).toContain('99 MiB');
    expect(report).toMatch(/\*\*alone\*\* +\| webhook → finished check +\| +0\.50 \| +1\.00 \| pass \(< 1 s\)/);
    expect(report).toMatch(
      /\*\*among all\*\* +\| webhook → finished check +\| +1\.10 \| +2\.20 \| FAIL \(< 1 s, ≤ 2 ×\)/,
    );
    expect(report).toMatch(/399 MiB.*pass \(< 400 MiB\)/);
  });
});

function roundTaking(plan: number): RoundSeconds {
  const planned = { raw: 1, plan, check: plan, kubectl: 2 };
  const released = { raw: 1, plan, release: 1, converged: 2, kubectl: 2 };
  return {
    'first plan': planned,
    'first release': released,
    'plan of a change': planned,
    'release of a change': released,
    'plan where nothing changes': planned,
  };
}
