import { framed, type PagePieces } from './page-frame.ts';

/** Why a link shows no plan. */
export type NoPlan = 'expired' | 'forged' | 'unknown' | 'busy';

const words: Readonly<Record<NoPlan, readonly [title: string, why: string]>> = {
  expired: [
    'This link has ended',
    'A link to a plan is good for 14 days after the plan was made, and says then what the cluster may not be any more.',
  ],
  forged: [
    'This link does not open a plan',
    'It is not as Fairlead wrote it: a part of it is missing or was changed, or it was made before Fairlead’s memory was wiped.',
  ],
  unknown: [
    'This plan is not here any more',
    'The link is right, and the plan was forgotten: plans are kept for 14 days, and not when Fairlead’s memory is wiped.',
  ],
  busy: ['Too many plans are being read right now', 'Load this page again in a moment.'],
};

/** What a person reads whose link shows no plan, and what they can do. */
export function noPlanPage(why: NoPlan): PagePieces {
  const [title, reason] = words[why];
  const mend =
    why === 'busy'
      ? ''
      : '<p>Comment <code>/plan</code> on the pull request: it is planned again, and its comment then holds a new link.</p>\n';
  return framed(title, [`<main>\n<h1>${title}</h1>\n<p>${reason}</p>\n${mend}</main>\n`]);
}
