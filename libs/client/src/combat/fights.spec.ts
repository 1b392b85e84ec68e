/** A fight is shown as the server has it, also if events of it were missed. */
import type { CombatState, CombatView } from '@aeturnis/contracts';
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import type { Fetch } from '../http/http-api';

const CHALLENGE = { sessionId: 'duel', expiresAt: 0 };
const request = (turn: number) => ({ sessionId: 'f1', turn, participantId: 'hero', deadline: 0, legal: [] });

/** A fight after so many entries; each entry is a turn in which the rat loses a point. */
const fightAt = (seq: number, outcome: CombatState['outcome'] = null): CombatView =>
  ({
    ...{ sessionId: 'f1', mode: 'monsters', request: outcome ? null : request(seq) },
    state: { seq, turn: seq, round: 1, queue: [], participants: [{ id: 'rat', health: 100 - seq }], outcome },
  }) as unknown as CombatView;

const result = (...seqs: number[]) => ({
  sessionId: 'f1',
  entries: seqs.map((seq) => ({ seq, turn: seq, type: 'strike', targetId: 'rat', health: 100 - seq })),
});

let simulation: Simulation;
let user: string;
let ada: SimulatedClient;
/** What the server answers by path; anything else is not found. */
let answers: Record<string, object>;
let asked: string[];
let held: Promise<void> | undefined;

const fetch: Fetch = async (url) => {
  const path = url.replace('http://server', '');
  if (path.startsWith('/api/combats')) asked.push(path);
  await held;
  const answer = answers[path];
  const notFound = { error: { code: 'NOT_FOUND', message: '', retryable: false } };
  return { ok: answer !== undefined, status: answer ? 200 : 404, json: async () => answer ?? notFound };
};

beforeEach(async () => {
  [user, answers, asked, held] = ['ada', {}, [], undefined];
  simulation = simulate();
  ada = await connectSimulated(simulation, { fetch, getToken: () => simulation.server.newToken(user) });
});

const current = () => ada.client.combat.current.get();
const shown = () => ({ seq: current()?.state?.seq, health: current()?.state?.participants[0]?.health });
const push = async (name: string, payload: object): Promise<void> => {
  ada.link().push(name, payload);
  await simulation.clock.pass(100);
};
const overview = (fight: CombatView | null) => ({ current: fight, challenges: [], commitment: '' });

it('fights: entries behind a gap are not applied, and the state is read', async () => {
  await push('combat:state', fightAt(2));
  answers = { '/api/combats': overview(fightAt(6)) };
  await push('combat:action_result', result(3));
  expect([shown(), asked]).toEqual([{ seq: 3, health: 97 }, []]);
  const seen: unknown[] = [];
  ada.client.combat.current.subscribe(() => seen.push(shown().seq));
  await push('combat:action_result', result(5, 6));
  expect(shown()).toEqual({ seq: 6, health: 94 });
  expect(seen).not.toContain(5);
  await push('combat:action_result', result(6, 7));
  expect([shown(), asked]).toEqual([{ seq: 7, health: 93 }, ['/api/combats']]);
});

it('fights: a gap whose state could not be read is read at the next entries', async () => {
  await push('combat:state', fightAt(2));
  await push('combat:action_result', result(4));
  answers = { '/api/combats': overview(fightAt(5)) };
  await push('combat:action_result', result(5));
  expect([shown(), asked]).toEqual([{ seq: 5, health: 95 }, ['/api/combats', '/api/combats']]);
});

it('fights: after system:resync the current fight and the open challenges are read', async () => {
  answers = { '/api/combats': { ...overview(fightAt(4)), challenges: [CHALLENGE] } };
  await push('system:resync', { reason: 'trimmed', rooms: [] });
  expect(shown()).toEqual({ seq: 4, health: 96 });
  expect(ada.client.combat.invitations.get()).toEqual([CHALLENGE]);
});

it.each(['system:resync', 'system:sync'])('fights: one that has ended before %s is shown ended', async (event) => {
  await push('combat:state', fightAt(2));
  const outcome = { result: 'victory', winningSide: 0 } as const;
  answers = { '/api/combats': overview(null), '/api/combats/f1': fightAt(9, outcome) };
  await push(event, { combat: overview(null) });
  expect(current()).toMatchObject({ state: { seq: 9, outcome }, request: null });
});

it('fights: one that is watched is watched again after missed events', async () => {
  await push('combat:state', { ...fightAt(2), request: null });
  answers = { '/api/combats': overview(null) };
  await push('combat:action_result', result(4));
  expect(simulation.server.handled('combat:spectate')).toBe(1);
});

it('fights: the end of a fight stays shown after system:resync', async () => {
  await push('combat:state', fightAt(2));
  const end = { sessionId: 'f1', outcome: { result: 'draw', winningSide: null }, rewards: {}, serverSeed: 's' };
  await push('combat:ended', end);
  answers = { '/api/combats': overview(fightAt(2, { result: 'draw', winningSide: null })) };
  await push('system:resync', { reason: 'trimmed', rooms: [] });
  expect(current()).toMatchObject({ end, request: null });
});

it('fights: an answer for the former user is not shown to the next one', async () => {
  let release = (): void => undefined;
  held = new Promise((resolve) => (release = resolve));
  answers = { '/api/combats': overview(fightAt(4)) };
  await push('system:resync', { reason: 'trimmed', rooms: [] });
  user = 'bob';
  ada.link().cut();
  await simulation.clock.passUntil(() => ada.client.userId === 'bob', 5_000);
  release();
  await simulation.clock.pass(100);
  expect(current()).toBeNull();
});
