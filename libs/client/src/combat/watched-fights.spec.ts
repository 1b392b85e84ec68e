/** The fight that a client shows: until a user stops watching it, and while a challenge is open. */
import type { CombatEntry, CombatState, CombatView } from '@aeturnis/contracts';
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';

const STATE: CombatState = {
  ...{ rulesVersion: 1, mode: 'duel', turn: 1, isTurnOpen: true, inputs: 0, round: 1, queue: [] },
  ...{ participants: [], seq: 2, outcome: null },
};
const FIGHT: CombatView = {
  ...{ sessionId: 'f1', mode: 'duel', phase: 'active', spectators: 'public', delayTurns: 0, commitment: '' },
  ...{ rulesVersion: 1, dataHash: '', invited: [], state: STATE, request: null },
};
const NEXT = { seq: 3, turn: 2, delayMs: 0, type: 'round', round: 2, order: [] } as CombatEntry;

let simulation: Simulation;
let user: SimulatedClient;

beforeEach(async () => {
  simulation = simulate();
  user = await connectSimulated(simulation);
});

const shown = (): string | undefined => user.client.combat.current.get()?.sessionId;

it('fight: one that is no longer watched is left and not shown again by its later events', async () => {
  const { combat } = user.client;
  combat.receive('combat:state', FIGHT);
  expect(shown()).toBe('f1');
  const stopped = combat.stopWatching();
  combat.receive('combat:action_result', { sessionId: 'f1', entries: [NEXT] });
  await simulation.clock.pass(100);
  await stopped;
  expect(shown()).toBeUndefined();
  expect(simulation.server.handled('combat:leave_spectate')).toBe(1);
});

it('fight: watching ends also if the connection is lost before the server answers', async () => {
  const { combat } = user.client;
  combat.receive('combat:state', FIGHT);
  const stopped = combat.stopWatching().catch((error: unknown) => error);
  user.link().cut();
  await expect(stopped).resolves.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(shown()).toBeUndefined();
});

it('fight: to stop watching without a fight asks nothing of the server', async () => {
  await user.client.combat.stopWatching();
  expect(simulation.server.handled('combat:leave_spectate')).toBe(0);
});

it('challenge: the own one disappears when it is cancelled', () => {
  const { combat } = user.client;
  combat.receive('combat:state', { ...FIGHT, phase: 'invited', state: null });
  combat.receive('combat:cancelled', { sessionId: 'another' });
  expect(shown()).toBe('f1');
  combat.receive('combat:cancelled', { sessionId: 'f1' });
  expect(shown()).toBeUndefined();
});

it('challenge: the own one disappears when it is withdrawn', async () => {
  const { combat } = user.client;
  combat.receive('combat:state', { ...FIGHT, phase: 'invited', state: null });
  const withdrawn = combat.decline('f1');
  await simulation.clock.pass(100);
  await withdrawn;
  expect(shown()).toBeUndefined();
});

it('challenge: the cancellation of one that has become a fight changes nothing', () => {
  const { combat } = user.client;
  combat.receive('combat:state', FIGHT);
  combat.receive('combat:cancelled', { sessionId: 'f1' });
  expect(shown()).toBe('f1');
});
