import { believed as believedLimits } from './limits.ts';

/** Something the local GitHub does that could not be verified against GitHub. */
export interface Belief {
  readonly what: string;
  readonly reason: string;
}

/** Everything that is only believed: the limits, and how things behave. */
export const believed: readonly Belief[] = [
  ...believedLimits.map((limit) => ({ what: limit.rule, reason: limit.believed ?? '' })),
  {
    what: "a pull request's base.sha moves when its head is pushed or its base is changed, not when the base moves",
    reason: 'reported by many users of the API; not documented',
  },
  {
    what: 'the first GET after a push to the head answers mergeable null, the second one the result',
    reason: 'documented without a time: "a background job is started … try again"; here it is exact so that tests are',
  },
  {
    what: 'check_run.completed is sent when a run becomes completed, not at each later update of a completed run',
    reason: 'the documentation says "a check run was completed"',
  },
  {
    what: "a check run's buttons stay until an update brings others, and need write access",
    reason: 'the documentation says that they appear after the run completes, and not when they go',
  },
  {
    what: 'a run that goes back from completed to in progress loses its conclusion',
    reason: 'the documentation only forbids a conclusion without completion',
  },
  {
    what: 'an installation token that names no repositories follows the installation when that changes',
    reason: 'documented as "all repositories that the installation was granted access to"',
  },
  {
    what: 'an app with write access to issues or pull requests may edit the comments of others',
    reason: 'documented for people with write access; apps have no roles',
  },
  {
    what: 'a pull request whose head arrives in its base by a push is merged, with the pushed commit as its merge',
    reason: 'documented as "indirect merges", without the fields',
  },
  {
    what: 'deleting the base branch, like the head branch, closes a pull request',
    reason: 'seen on the website; the website also offers to retarget, which is not done here',
  },
  {
    what: 'a webhook that nobody takes is told as 502 "failed to connect to host", a late one as 504 "timed out"',
    reason: 'the words are those of the website; the numbers were not seen',
  },
  {
    what: 'issue_comment needs the permission Issues, also for comments on pull requests',
    reason: 'documented so; the website offers the event for Pull requests too',
  },
  {
    what: 'the words of refused merges (405) and of a suspended installation (403)',
    reason: 'taken from reports; only the codes are documented',
  },
];
