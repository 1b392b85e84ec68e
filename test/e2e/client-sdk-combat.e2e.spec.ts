/** Fights by the client SDK on a real server: to their end, with cuts in the middle, and what is shown is what is stored. */
import type { Fights, ShownFight } from '../../libs/client/src/combat/fights';
import type { RunningServer } from '../../apps/server/src/server';
import { createCharacter, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { duelTurn } from '../support/sdk/duel-turn';
import { Gate } from '../support/faults/gate';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { startIsolatedServer } from '../support/servers/server';

interface Duellist extends SdkUser {
  readonly characterId: string;
  readonly fights: Fights;
}

let server: RunningServer;
let gate: Gate;
let anna: Duellist;
let ben: Duellist;

beforeAll(async () => {
  server = await startIsolatedServer({ LIMITS: 'off' });
  gate = await Gate.openInFrontOf(server.url);
}, 60_000);
beforeEach(async () => {
  [anna, ben] = [await enter(gate.url), await enter(server.url)];
});
afterEach(() => closeSdkClients());
afterAll(async () => {
  await gate.close();
  await server.close();
});

async function enter(url: string): Promise<Duellist> {
  const user = await connectGuest(url);
  const { id } = await createCharacter(server.url, user);
  await user.client.world.enter(id);
  return { ...user, characterId: id, fights: user.client.combat };
}

async function startDuel(): Promise<void> {
  await anna.fights.start({ targetIds: [ben.characterId] });
  await waitUntil(() => ben.fights.invitations.get().length === 1, 'the challenge');
  await ben.fights.accept(ben.fights.invitations.get()[0]?.sessionId ?? '');
  await waitUntil(() => [anna, ben].every(({ fights }) => fights.current.get()?.request), 'the first turn');
}

const stateOf = ({ fights }: Duellist): ShownFight => {
  const fight = fights.current.get();
  if (!fight) throw new Error('there is no fight');
  return fight;
};

it('fight: a duel is fought to its end with cuts in it, and both sides show the same', async () => {
  await startDuel();
  for (let action = 0; !stateOf(ben).end; action += 1) {
    const acting = await duelTurn([anna, ben]);
    if (!acting) break;
    const acted = acting.fights.act({ type: 'attack' });
    if (action % 3 === 1) gate.resetConnections();
    await acted;
  }
  await waitUntil(() => stateOf(anna).end !== null && stateOf(ben).end !== null, 'the end', 30_000);
  expect(stateOf(anna).end).toEqual(stateOf(ben).end);
  const health = ({ state }: ShownFight) => state?.participants.map((one) => [one.id, one.health, one.status]);
  expect(health(stateOf(anna))).toEqual(health(stateOf(ben)));
  const { body } = await callApi(server.url, 'GET', `/api/combats/${stateOf(ben).sessionId}/history?after=0`, {
    token: ben.accessToken,
  });
  expect(stateOf(ben).state?.seq).toBe((body['entries'] as { seq: number }[]).at(-1)?.seq);
}, 60_000);

it('fight: a client that connects anew finds its fight, with its legal actions', async () => {
  await startDuel();
  const acting = stateOf(anna).request?.participantId === anna.characterId ? anna : ben;
  acting.client.disconnect();
  await acting.client.connect();
  await waitUntil(() => (stateOf(acting).request?.legal.length ?? 0) > 0, 'the request');
  await acting.fights.act({ type: 'defend' });
  expect(stateOf(acting).state?.participants.find(({ id }) => id === acting.characterId)?.isDefending).toBe(true);
});

it('fight: a client that connects anew finds the challenges that are open', async () => {
  await anna.fights.start({ targetIds: [ben.characterId] });
  await waitUntil(() => ben.fights.invitations.get().length === 1, 'the challenge');
  const [challenge] = ben.fights.invitations.get();
  ben.client.disconnect();
  await ben.client.connect();
  await waitUntil(() => ben.client.state.get().phase === 'live', 'the connection');
  expect(ben.fights.invitations.get()).toEqual([challenge]);
});

it('fight: a challenge that is declined disappears, and acting without a fight is refused', async () => {
  await anna.fights.start({ targetIds: [ben.characterId] });
  await waitUntil(() => ben.fights.invitations.get().length === 1, 'the challenge');
  await expect(ben.fights.act({ type: 'attack' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await ben.fights.decline(ben.fights.invitations.get()[0]?.sessionId ?? '');
  expect(ben.fights.invitations.get()).toEqual([]);
});
