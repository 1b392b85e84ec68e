/**
 * A fight whose node loses its connection between any two statements of a step: the step is taken once or not at all, the
 * client that asks again gets its result, and the finished fight verifies. `FIGHTS` sets how many fights are played.
 */
import { randomInt } from 'node:crypto';
import { CharactersService } from '../../apps/server/src/characters';
import { FightLogRepository } from '../../apps/server/src/combat/fights/fight-log.repository';
import { rewardsIn } from '../../apps/server/src/combat/steps/rewards';
import { InventoryService } from '../../apps/server/src/inventory';
import {
  actionsOf,
  beginStoredFight,
  type Fighter,
  type FightNode,
  FIRST_BAG,
  historyOf,
  newFighter,
  nextBotAction,
  storedFight,
} from '../support/domains/stored-fights';
import { historyProblems } from '../support/domains/fight-histories';
import { cutAt, instrumentStatements } from '../support/faults/statement-faults';
import { useNodeCluster } from '../support/servers/node-cluster';

const FIGHTS = Number(process.env['FIGHTS'] ?? 40);
const TIMINGS = ['before', 'after'] as const;

instrumentStatements();
const cluster = useNodeCluster({ LIMITS: 'off' });
let nodes: readonly [FightNode, FightNode];
beforeAll(async () => {
  nodes = [await cluster.startNode(), await cluster.startNode()];
}, 60_000);

const oneOf = (): FightNode => nodes[randomInt(2)] as FightNode;

/** Takes the next action of a bot; its connection is cut at a statement, and the client asks again on the other node. */
async function takeAction(sessionId: string, cut: { at: number; when: 'before' | 'after' } | null): Promise<string[]> {
  const next = nextBotAction(await storedFight(nodes[0], sessionId));
  if (!next) return [];
  const act = () => actionsOf(oneOf()).act(next.userId, next.dto);
  const { statements, outcome } = await cutAt(cut?.at ?? -1, cut?.when ?? 'before', act);
  const answer = outcome.status === 'fulfilled' ? outcome.value : await act();
  const recorded = (await historyOf(nodes[1], next.userId, sessionId)).flatMap(({ inputs }) => inputs);
  expect(recorded.filter(({ actorId, turn }) => turn === next.dto.turn && actorId !== undefined)).toHaveLength(1);
  // Asked once more, the first result is repeated.
  expect(await act()).toEqual(answer);
  return [...statements];
}

async function assertVerified(sessionId: string, fighters: readonly Fighter[]): Promise<void> {
  const [first] = fighters;
  const pages = await historyOf(nodes[1], first?.userId ?? '', sessionId);
  expect(historyProblems(JSON.parse(JSON.stringify(pages)) as object[])).toEqual([]);
}

/** What the entries say that a player has gained and used is what it has, to the last item. */
async function assertRewardedOnce(sessionId: string, { userId, characterId }: Fighter): Promise<void> {
  const fight = await storedFight(nodes[0], sessionId);
  const { app } = nodes[0];
  const { character } = await app.get(CharactersService).getOwned(userId, characterId);
  const log = app.get(FightLogRepository, { strict: false });
  const rewards = rewardsIn(await log.entriesBetween(sessionId, 0, fight.seq));
  const reward = rewards.get(characterId) ?? { experience: 0, items: {} };
  expect(character.experience).toBe(reward.experience);
  const bag = fight.state?.participants.find(({ id }) => id === characterId)?.bag ?? {};
  const { items } = await app.get(InventoryService).listOwned(userId, characterId);
  const expected: Record<string, number> = { ...FIRST_BAG, ...bag };
  for (const [itemId, count] of Object.entries(reward.items)) expected[itemId] = (expected[itemId] ?? 0) + count;
  const counts = Object.fromEntries(items.map(({ itemId, count }) => [itemId, count]));
  expect(counts).toEqual(Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0)));
}

it.each(TIMINGS)('a step whose connection is cut %s any of its statements is taken exactly once', async (when) => {
  const fighter = await newFighter(nodes[0]);
  const sessionId = await beginStoredFight(nodes[0], [fighter], { rats: 8 });
  const statements = await takeAction(sessionId, null);
  for (const [at] of statements.entries()) {
    if (nextBotAction(await storedFight(nodes[0], sessionId)) === null) break;
    await takeAction(sessionId, { at, when });
  }
  expect(statements.length).toBeGreaterThanOrEqual(4);
});

it(
  `${FIGHTS} fights whose steps are cut at random end, verify, and reward exactly once`,
  async () => {
    for (let number = 0; number < FIGHTS; number++) {
      const fighters = await Promise.all(Array.from({ length: 1 + (number % 2) }, () => newFighter(oneOf())));
      const rats = 1 + (number % 3);
      const sessionId = await beginStoredFight(oneOf(), fighters, { rats });
      const cut = () => (randomInt(2) === 0 ? null : { at: randomInt(14), when: TIMINGS[randomInt(2)] ?? 'before' });
      while ((await takeAction(sessionId, cut())).length > 0);
      await assertVerified(sessionId, fighters);
      for (const fighter of fighters) await assertRewardedOnce(sessionId, fighter);
    }
  },
  60_000 + FIGHTS * 5_000,
);
