/** Bounds: the connection itself, and the pages for operators. */
import { tokenOfLength } from '../oversized-token';
import { beyondBound, commandBound, routeBound } from '../bound';
import { METRICS_TOKEN } from '../bounds-world';

const NOTHING = 'nothing';
const METRICS = { authorization: `Bearer ${METRICS_TOKEN}` };
const CALCULATED = 'each command would have to end in each error';
const LABELS = 'labels hold names of the contract and codes of the catalogue alone';

export const systemBounds = [
  commandBound('system:ping', {
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 60,
    leaves: NOTHING,
    bounded: 'EmptyDto takes no field',
    fill: () => ({}),
    beyond: [beyondBound('a field', 'VALIDATION', () => ({ field: 1 }))],
  }),
  commandBound('auth:refresh', {
    request: 'a token of 8,192 characters',
    requestBytes: 8_210,
    rows: 2,
    answerBytes: 60,
    leaves: 'one entry of the account states of the node (at most 10,000, for 10 s)',
    bounded: 'AuthRefreshDto: 8,192 characters; AccountStates.MAX_CACHED_USERS',
    fill: ({ heavy }) => ({ token: tokenOfLength(heavy, 8_192) }),
    beyond: [
      beyondBound('a token of 8,193 characters', 'VALIDATION', ({ heavy }) => ({ token: tokenOfLength(heavy, 8_193) })),
    ],
  }),
  routeBound('GET /api/realtime/policies', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 11_000,
    leaves: NOTHING,
    bounded: 'one policy for each command of the contracts',
    fill: () => ({}),
  }),
  routeBound('GET /health/live', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 100,
    leaves: NOTHING,
    bounded: 'a constant',
    fill: () => ({}),
  }),
  routeBound('GET /health/ready', {
    request: 'no content',
    requestBytes: 0,
    rows: 5,
    answerBytes: 300,
    leaves: NOTHING,
    bounded: 'one probe for each dependency of the node',
    fill: () => ({}),
  }),
  routeBound('GET /metrics', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 150_000,
    calculated: CALCULATED,
    leaves: NOTHING,
    bounded: LABELS,
    fill: () => ({ headers: METRICS }),
  }),
  routeBound('GET /metrics/sockets', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 60_000,
    calculated: CALCULATED,
    leaves: NOTHING,
    bounded: LABELS,
    fill: () => ({ headers: METRICS }),
  }),
];
