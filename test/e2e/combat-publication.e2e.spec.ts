/** Steps that their node has not published before it died are published by another one: with the request for the next action. */
import { closeClients, waitUntil } from '../support/clients/client';
import { FightsRepository } from '../../apps/server/src/combat/fights/fights.repository';
import { FightPublisher } from '../../apps/server/src/combat/publishing/fight-publisher';
import { duel, latestRequest, placeFighter } from '../support/domains/combat-players';
import { actionsOf, nextBotAction, storedFight } from '../support/domains/stored-fights';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf } from '../support/zones/placed-players';

type Find = FightsRepository['find'];

const server = usePrivateServer({ LIMITS: 'off' });
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});

/** The player whose turn it is acts. */
async function takeStep(sessionId: string): Promise<void> {
  const next = nextBotAction(await storedFight(server, sessionId));
  if (!next) throw new Error('the fight has ended');
  await actionsOf(server).act(next.userId, { ...next.dto, type: 'defend' });
}

it('a step that is committed while an earlier one is published by another node is requested all the same', async () => {
  const [anna, ben] = [await placeFighter(placementServerOf(server)), await placeFighter(placementServerOf(server))];
  const { sessionId } = await duel(anna, ben);
  await waitUntil(() => latestRequest(anna, sessionId) !== undefined, 'the first turn');
  const nothing = { hasDeadlines: false, isDue: false, isUnpublished: false };
  jest.spyOn(FightsRepository.prototype, 'findSweepWork').mockResolvedValue(nothing);
  // As if the node had died after each commit.
  const silence = jest.spyOn(FightPublisher.prototype, 'publish').mockImplementation(() => undefined);
  await takeStep(sessionId);
  const { find }: { find: Find } = FightsRepository.prototype;
  jest.spyOn(FightsRepository.prototype, 'find').mockImplementationOnce(async function (this: FightsRepository, id) {
    const fight = await find.call(this, id);
    await takeStep(id);
    return fight;
  });
  const publisher = server.app.get(FightPublisher, { strict: false });
  await publisher.catchUp(sessionId);
  silence.mockRestore();
  await publisher.catchUp(sessionId);
  const { turn } = (await storedFight(server, sessionId)).state ?? {};
  await waitUntil(() => latestRequest(anna, sessionId)?.turn === turn, 'the request of the latest turn', 5_000);
  const seqs = anna.client.eventsNamed('combat:action_result').flatMap(({ entries }) => entries.map(({ seq }) => seq));
  expect(seqs).toEqual(Array.from(seqs, (_, index) => index + 1));
});
