import type { HttpAnswer, HttpRequest, Route } from '../adapters/http/server.ts';
import type { Action } from '../domain/plan.ts';
import type { SignedLink } from '../domain/plan-link.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Records } from '../ports/records.ts';
import { type NoPlan, noPlanPage } from '../present/pages/no-plan-page.ts';
import { planPage } from '../present/pages/plan-page.ts';
import { pageAnswer } from './page-answer.ts';

interface PlanRoutePorts {
  readonly records: Pick<Records, 'planByDigest'>;
  readonly planLinks: Pick<PlanLinks, 'judge'>;
}

/** A page of this many is being written at once; who comes then is asked to come again. */
const atOnce = 4;

const actions: readonly Action[] = ['create', 'update', 'delete', 'replace', 'unchanged', 'blocked', 'unknown'];
const statuses: Readonly<Record<NoPlan, number>> = { expired: 410, forged: 403, unknown: 404, busy: 503 };

/** `GET /plans/:digest`: the whole plan of an environment, for whoever has a link that Fairlead signed. */
export function planRoute(ports: PlanRoutePorts): Route {
  let writing = 0;
  return {
    method: 'GET',
    path: '/plans/:digest',
    answer: async (request) => {
      const asked = readLink(request);
      // Before there is any question of room: whoever has no link keeps nobody out who has one.
      const verdict = await ports.planLinks.judge(asked);
      if (verdict !== 'valid') return refused(verdict);
      if (writing >= atOnce) return refused('busy');
      writing += 1;
      try {
        return await answer(request, asked, ports);
      } finally {
        writing -= 1;
      }
    },
  };
}

function readLink({ parameters, query }: HttpRequest): SignedLink {
  const digest = parameters['digest'] ?? '';
  return { digest, until: query.get('until') ?? '', signature: query.get('signature') ?? '' };
}

async function answer({ query }: HttpRequest, link: SignedLink, ports: PlanRoutePorts): Promise<HttpAnswer> {
  const { digest } = link;
  const plan = await ports.records.planByDigest(digest);
  if (plan === null) return refused('unknown');
  const asked = {
    find: (query.get('find') ?? '').slice(0, 200),
    action: actions.find((action) => action === query.get('action')) ?? null,
    part: Number.parseInt(query.get('part') ?? '1', 10) || 1,
  };
  return pageAnswer(200, planPage(plan, asked, link));
}

function refused(why: NoPlan): Promise<HttpAnswer> {
  return pageAnswer(statuses[why], noPlanPage(why));
}
