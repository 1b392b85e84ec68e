/** Bounds: the connection itself, and what operators look at. */
import { tokenOf } from '../tokens';
import { beyond, command, route } from '../bound';
import { METRICS_TOKEN } from '../world';

const NOTHING = 'nothing';
const METRICS = { authorization: `Bearer ${METRICS_TOKEN}` };
const RECKONED = 'each command would have to end in each error';
const LABELS = 'labels hold names of the contract and codes of the catalogue alone';

export const system = [
  command('system:ping', {
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 60,
    leaves: NOTHING,
    bounded: 'EmptyDto takes no field',
    fill: () => ({}),
    beyond: [beyond('a field', 'VALIDATION', () => ({ field: 1 }))],
  }),
  command('auth:refresh', {
    request: 'a token of 8,192 characters',
    requestBytes: 8_210,
    rows: 2,
    answerBytes: 60,
    leaves: 'one entry of the account states of the node (at most 10,000, for 10 s)',
    bounded: 'AuthRefreshDto: 8,192 characters; AccountStates.MAX_ENTRIES',
    fill: ({ heavy }) => ({ token: tokenOf(heavy, 8_192) }),
    beyond: [beyond('a token of 8,193 characters', 'VALIDATION', ({ heavy }) => ({ token: tokenOf(heavy, 8_193) }))],
  }),
  route('GET /api/realtime/policies', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 9_000,
    leaves: NOTHING,
    bounded: 'one policy for each command of the contracts',
    fill: () => ({}),
  }),
  route('GET /health/live', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 100,
    leaves: NOTHING,
    bounded: 'a constant',
    fill: () => ({}),
  }),
  route('GET /health/ready', {
    request: 'no content',
    requestBytes: 0,
    rows: 5,
    answerBytes: 300,
    leaves: NOTHING,
    bounded: 'one probe for each dependency of the node',
    fill: () => ({}),
  }),
  route('GET /metrics', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 150_000,
    reckoned: RECKONED,
    leaves: NOTHING,
    bounded: LABELS,
    fill: () => ({ headers: METRICS }),
  }),
  route('GET /metrics/sockets', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 60_000,
    reckoned: RECKONED,
    leaves: NOTHING,
    bounded: LABELS,
    fill: () => ({ headers: METRICS }),
  }),
];
