import { invalidRequest, type Refusal, validationFailed } from '../http/refusal.ts';
import { at, bytes, characters, type Limit, listAt, tooManyCharacters, tooManyItems } from './limit.ts';

const writes = ['POST /repos/{owner}/{repo}/check-runs', 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}'];
const documented = 'https://docs.github.com/rest/checks/runs#create-a-check-run';
const sizes = 'https://github.com/github/docs/issues/35252';
const textMax = 65_535;

/** The rules of the Checks API. */
export const checkLimits: readonly Limit[] = [
  ...(['summary', 'text'] as const).flatMap((field) => [outputCharacters(field), outputBytes(field)]),
  {
    rule: 'an output title has at most 255 bytes',
    source: documented,
    believed: 'no limit is documented for the title; other one-line columns of GitHub hold 255 bytes',
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) =>
      bytes(at(body, 'output', 'title')) > 255
        ? checkRunError('title', 'title exceeds a maximum bytesize of 255')
        : null,
    beyond: { body: output({ title: 'x'.repeat(256) }) },
    within: { body: output({ title: 'x'.repeat(255) }) },
  },
  {
    rule: 'a request carries at most 50 annotations',
    source: documented,
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const supplied = listAt(body, 'output', 'annotations').length;
      return supplied > 50 ? tooManyItems(50, supplied) : null;
    },
    beyond: { body: output({ annotations: Array.from({ length: 51 }, () => annotation()) }) },
    within: { body: output({ annotations: Array.from({ length: 50 }, () => annotation()) }) },
  },
  annotationRule(
    'an annotation ends on or after the line it starts on, counted from 1',
    { start_line: 2, end_line: 1 },
    { start_line: 1, end_line: 2 },
    (note) => Number(at(note, 'start_line')) < 1 || Number(at(note, 'end_line')) < Number(at(note, 'start_line')),
    null,
  ),
  annotationRule(
    'an annotation has columns only where it starts and ends on the same line',
    { start_line: 1, end_line: 2, start_column: 1, end_column: 2 },
    { start_line: 1, end_line: 1, start_column: 1, end_column: 2 },
    (note) =>
      at(note, 'start_line') !== at(note, 'end_line') &&
      (at(note, 'start_column') !== undefined || at(note, 'end_column') !== undefined),
    null,
  ),
  annotationRule(
    'an annotation title has at most 255 characters',
    { title: 'x'.repeat(256) },
    { title: 'x'.repeat(255) },
    (note) => characters(at(note, 'title')) > 255,
    null,
  ),
  ...(['message', 'raw_details'] as const).map((field) =>
    annotationRule(
      `an annotation ${field} has at most 64 KB`,
      { [field]: 'x'.repeat(65_537) },
      { [field]: 'x'.repeat(65_536) },
      (note) => bytes(at(note, field)) > 65_536,
      null,
    ),
  ),
  annotationRule(
    'an annotation says something',
    { message: '' },
    { message: 'x' },
    (note) => at(note, 'message') === '',
    'the description demands a message and not that it is not empty',
  ),
  {
    rule: 'a check run has at most 3 actions',
    source: documented,
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const supplied = listAt(body, 'actions').length;
      return supplied > 3 ? tooManyItems(3, supplied) : null;
    },
    beyond: { body: { actions: [action(), action(), action(), action()] } },
    within: { body: { actions: [action(), action(), action()] } },
  },
  ...(
    [
      ['label', 20],
      ['identifier', 20],
      ['description', 40],
    ] as const
  ).map(([field, max]) => actionText(field, max)),
  {
    rule: 'a completed check run has a conclusion',
    source: documented,
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const completed = at(body, 'status') === 'completed' || at(body, 'completed_at') !== undefined;
      return completed && at(body, 'conclusion') === undefined
        ? invalidRequest(['"conclusion" wasn\'t supplied.'])
        : null;
    },
    beyond: { body: { status: 'completed' } },
    within: { body: { status: 'completed', conclusion: 'success' } },
  },
  {
    rule: 'only GitHub concludes a check run as stale',
    source: documented,
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) =>
      at(body, 'conclusion') === 'stale' ? invalidRequest(['stale is not a member of conclusion']) : null,
    beyond: { body: { conclusion: 'stale' } },
    within: { body: { conclusion: 'skipped' } },
  },
  {
    rule: 'details_url is http or https',
    source: documented,
    believed: 'documented as "the URL of the integrator\'s site"; the scheme check is the one of statuses',
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const url = at(body, 'details_url');
      return typeof url === 'string' && !/^https?:\/\//.test(url)
        ? checkRunError('details_url', 'details_url must use http(s) scheme')
        : null;
    },
    beyond: { body: { details_url: 'fairlead.example.com/plans/1' } },
    within: { body: { details_url: 'https://fairlead.example.com/plans/1' } },
  },
  ...(['name', 'external_id'] as const).map(
    (field): Limit => ({
      rule: `a check run's ${field} has at most 255 characters`,
      source: documented,
      believed: 'nothing is documented; 255 is the width of such columns',
      operations: writes,
      outcome: 'refused',
      judge: ({ body }) =>
        characters(at(body, field)) > 255
          ? checkRunError(field, `${field} is too long (maximum is 255 characters)`)
          : null,
      beyond: { body: { [field]: 'x'.repeat(256) } },
      within: { body: { [field]: 'x'.repeat(255) } },
    }),
  ),
];

function outputCharacters(field: 'summary' | 'text'): Limit {
  return {
    rule: `an output ${field} has at most 65,535 characters`,
    source: 'https://github.com/siddharthkp/bundlesize2/issues/7',
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const supplied = characters(at(body, 'output', field));
      return supplied > textMax ? tooManyCharacters(textMax, supplied) : null;
    },
    beyond: { body: output({ [field]: 'x'.repeat(textMax + 1) }) },
    within: { body: output({ [field]: 'x'.repeat(textMax) }) },
  };
}

function outputBytes(field: 'summary' | 'text'): Limit {
  return {
    rule: `an output ${field} has at most 65,535 bytes, however few characters they are`,
    source: sizes,
    believed: field === 'summary' ? null : 'seen for the summary; the text is kept in the same kind of column',
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) =>
      bytes(at(body, 'output', field)) > textMax
        ? checkRunError(field, `${field} exceeds a maximum bytesize of ${textMax}`)
        : null,
    beyond: { body: output({ [field]: `${'é'.repeat(32_768)}` }) },
    within: { body: output({ [field]: `${'é'.repeat(32_767)}` }) },
  };
}

function annotationRule(
  rule: string,
  beyond: Readonly<Record<string, unknown>>,
  within: Readonly<Record<string, unknown>>,
  isBroken: (annotation: unknown) => boolean,
  believed: string | null,
): Limit {
  return {
    rule,
    source: documented,
    believed,
    operations: writes,
    outcome: 'refused',
    // GitHub's whole answer is this; it does not say which annotation, nor why:
    // https://github.com/jenkinsci/github-checks-plugin/issues/20
    judge: ({ body }) =>
      listAt(body, 'output', 'annotations').some(isBroken)
        ? validationFailed({ resource: 'CheckRun', code: 'invalid', field: 'annotations' }, { violation: true })
        : null,
    beyond: { body: output({ annotations: [annotation(beyond)] }) },
    within: { body: output({ annotations: [annotation(within)] }) },
  };
}

function actionText(field: 'label' | 'identifier' | 'description', max: number): Limit {
  return {
    rule: `an action's ${field} has at most ${max} characters`,
    source: documented,
    believed: null,
    operations: writes,
    outcome: 'refused',
    judge: ({ body }) => {
      const supplied = Math.max(0, ...listAt(body, 'actions').map((entry) => characters(at(entry, field))));
      return supplied > max ? tooManyCharacters(max, supplied) : null;
    },
    beyond: { body: { actions: [action({ [field]: 'x'.repeat(max + 1) })] } },
    within: { body: { actions: [action({ [field]: 'x'.repeat(max) })] } },
  };
}

function checkRunError(field: string, message: string): Refusal {
  return validationFailed({ resource: 'CheckRun', code: 'custom', field, message }, { violation: true });
}

function output(part: Readonly<Record<string, unknown>>) {
  return { output: { title: 'Plan', summary: 'One change', ...part } };
}

function annotation(part: Readonly<Record<string, unknown>> = {}) {
  return { path: 'a.yaml', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'wrong', ...part };
}

function action(part: Readonly<Record<string, unknown>> = {}) {
  return { label: 'Plan again', identifier: 'plan', description: 'Plans again', ...part };
}
