import { validationFailed } from '../http/refusal.ts';
import { at, type Limit, listAt, modelText, tooManyItems } from './limit.ts';

const comments = [
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
];
const pulls = ['POST /repos/{owner}/{repo}/pulls', 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}'];
const statuses = ['POST /repos/{owner}/{repo}/statuses/{sha}'];
const deployments = ['POST /repos/{owner}/{repo}/deployments'];
const deploymentStatuses = ['POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses'];
const labels = ['POST /repos/{owner}/{repo}/labels'];

/** GitHub's own words, in `limits/others.ts` and where the statuses are counted. */
export const maxStatuses = 1_000;
export const tooManyStatuses = 'This SHA and context has reached the maximum number of statuses.';

/** The rules of comments, pull requests, statuses, deployments and labels. */
export const otherLimits: readonly Limit[] = [
  modelText({
    operations: comments,
    resource: 'IssueComment',
    field: 'body',
    max: 65_536,
    source: 'https://github.com/vebr/jest-lcov-reporter/issues/14',
    error: {
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: 'Body is too long (maximum is 65536 characters)',
    },
  }),
  {
    rule: 'a comment is not blank',
    source: 'https://docs.github.com/rest/issues/comments#create-an-issue-comment',
    believed: 'the website refuses it, and so do other models; the words of the refusal were not seen',
    operations: comments,
    outcome: 'refused',
    judge: ({ body }) => {
      const text = at(body, 'body');
      if (typeof text !== 'string' || text.trim() !== '') return null;
      const message = 'Body cannot be blank';
      return validationFailed(
        { resource: 'IssueComment', code: 'unprocessable', field: 'data', message },
        { violation: true },
      );
    },
    beyond: { body: { body: ' \n' } },
    within: { body: { body: '.' } },
  },
  modelText({
    operations: pulls,
    resource: 'Issue',
    field: 'title',
    max: 256,
    source: 'https://github.com/googleapis/repo-automation-bots/issues/1895',
  }),
  modelText({
    operations: pulls,
    resource: 'Issue',
    field: 'body',
    max: 65_536,
    source: 'https://github.com/oke-py/npm-audit-action/issues/170',
  }),
  modelText({
    operations: statuses,
    resource: 'Status',
    field: 'description',
    max: 140,
    source: 'https://github.com/zalando/zappr/issues/378',
  }),
  modelText({
    operations: statuses,
    resource: 'Status',
    field: 'context',
    max: 255,
    source: 'https://docs.github.com/rest/commits/statuses#create-a-commit-status',
    believed: 'nothing is documented; 255 is the width of such columns',
  }),
  webAddress(statuses, 'Status', 'target_url', null),
  {
    rule: 'a commit has at most 1,000 statuses of one context',
    source: 'https://docs.github.com/rest/commits/statuses#create-a-commit-status',
    believed: null,
    operations: statuses,
    outcome: 'refused',
    judge: () => null,
    beyond: { times: maxStatuses + 1 },
    within: { times: maxStatuses },
  },
  modelText({
    operations: deployments,
    resource: 'Deployment',
    field: 'environment',
    max: 255,
    source: 'https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments',
  }),
  modelText({
    operations: deployments,
    resource: 'Deployment',
    field: 'description',
    max: 140,
    source: 'https://github.com/Shopify/shipit-engine/issues/1004',
    believed: 'documented and seen for deployment statuses; the report names the deployment alike',
  }),
  modelText({
    operations: deploymentStatuses,
    resource: 'DeploymentStatus',
    field: 'description',
    max: 140,
    source: 'https://docs.github.com/rest/deployments/statuses#create-a-deployment-status',
  }),
  ...['environment_url', 'log_url'].map((field) =>
    webAddress(deploymentStatuses, 'DeploymentStatus', field, 'seen for statuses only; the website links it alike'),
  ),
  modelText({
    operations: labels,
    resource: 'Label',
    field: 'name',
    max: 50,
    source: 'https://github.com/gitalk/gitalk/issues/290',
  }),
  modelText({
    operations: labels,
    resource: 'Label',
    field: 'description',
    max: 100,
    source: 'https://docs.github.com/rest/issues/labels#create-a-label',
  }),
  {
    rule: 'an installation token is limited to at most 500 repositories by name',
    source: 'https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app',
    believed: null,
    operations: ['POST /app/installations/{installation_id}/access_tokens'],
    outcome: 'refused',
    judge: ({ body }) => {
      const supplied = listAt(body, 'repositories').length + listAt(body, 'repository_ids').length;
      return supplied > 500 ? tooManyItems(500, supplied) : null;
    },
    beyond: { body: { repositories: Array.from({ length: 501 }, () => 'shop') } },
    within: { body: { repositories: Array.from({ length: 500 }, () => 'shop') } },
  },
  {
    rule: 'a page has at most 100 entries, whatever per_page asks for',
    source: 'https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api',
    believed: null,
    operations: ['GET /repos/{owner}/{repo}/issues/{issue_number}/comments'],
    outcome: 'tolerated',
    judge: () => null,
    beyond: { query: 'per_page=101' },
    within: { query: 'per_page=100' },
  },
];

function webAddress(operations: readonly string[], resource: string, field: string, believed: string | null): Limit {
  const message = `${field} must use http(s) scheme`;
  return {
    rule: `${resource} ${field} is http or https`,
    source: 'https://docs.github.com/rest/commits/statuses#create-a-commit-status',
    believed,
    operations,
    outcome: 'refused',
    judge: ({ body }) => {
      const url = at(body, field);
      return typeof url === 'string' && url !== '' && !/^https?:\/\//.test(url)
        ? validationFailed({ resource, code: 'custom', field, message }, { violation: true })
        : null;
    },
    beyond: { body: { [field]: 'javascript:alert(1)' } },
    within: { body: { [field]: 'https://shop.example.com' } },
  };
}
