/** Asserts what every fight must be after a fault: complete at each client, without a turn lost, verified, and rewarded once. */
import { historyProblems } from '../../../support/domains/fight-histories';
import type { ChaosCluster } from '../chaos-cluster';
import { type FightLoad, type LoadedFight, queryDatabase } from '../load/fight-load';

/** How many entries and ends of fights clients have not received, and how many they have received twice. */
interface DeliveryErrors {
  readonly missed: number;
  readonly duplicates: number;
}

/** @returns how many fights, how many of their actions, and what clients have missed or received twice: nothing. */
export async function expectExactFights(cluster: ChaosCluster, load: FightLoad): Promise<Record<string, number>> {
  const { url } = cluster.runningNodes[0] ?? {};
  expect(load.refusals).toEqual([]);
  let [actions, verified, missed, duplicates] = [0, 0, 0, 0];
  for (const fight of load.fights) {
    const pages = await load.historyOf(fight, url ?? '');
    const inputs = pages.flatMap((page) => page.inputs);
    // No turn was missed, and no player was taken for absent.
    expect(inputs.filter(({ type }) => type !== 'act')).toEqual([]);
    expect(historyProblems(pages)).toEqual([]);
    verified++;
    actions += inputs.length;
    const last = pages.at(-1)?.entries.at(-1)?.seq ?? 0;
    for (const { client } of fight.players) await client.roundTrip();
    const errors = deliveryErrors(fight, last);
    missed += errors.missed;
    duplicates += errors.duplicates;
    await expectRewardedOnce(cluster, fight);
  }
  expect({ missed, duplicates }).toEqual({ missed: 0, duplicates: 0 });
  return { fights: load.fights.length, actions, repeated: load.repeatedAfter.length, missed, duplicates, verified };
}

/** Each client receives the entries of all results once and in order, and the end once. @param last the number of the last entry. */
function deliveryErrors({ sessionId, players }: LoadedFight, last: number): DeliveryErrors {
  let [missed, duplicates] = [0, 0];
  for (const { client } of players) {
    const results = client.eventsNamed('combat:action_result').filter((result) => result.sessionId === sessionId);
    const received = results.flatMap(({ entries }) => entries.map(({ seq }) => seq));
    expect(received).toEqual([...received].sort((one, other) => one - other));
    const ends = client.eventsNamed('combat:ended').filter((end) => end.sessionId === sessionId).length;
    const distinct = new Set(received).size;
    missed += last - distinct + (ends === 0 ? 1 : 0);
    duplicates += received.length - distinct + Math.max(0, ends - 1);
  }
  return { missed, duplicates };
}

async function expectRewardedOnce(cluster: ChaosCluster, { players }: LoadedFight): Promise<void> {
  for (const { client, characterId } of players) {
    const rewards = client.eventsNamed('combat:ended').map((end) => end.rewards[characterId]?.experience ?? 0);
    const [row] = await queryDatabase<{ experience: string }>(
      cluster,
      'select experience from characters where id = $1',
      [characterId],
    );
    expect(Number(row?.experience)).toBe(rewards.reduce((sum, experience) => sum + experience, 0));
  }
}

/** The longest time between two results of a fight, from one moment of `performance.now()` to another, or to the first one. */
export function longestPauseMs({ fights }: FightLoad, since: number, until = Infinity): number {
  const pauses = fights.map(({ resultTimes }) => {
    const later = [since, ...resultTimes.filter((time) => time >= since && time <= until)];
    return Math.max(0, ...later.slice(1).map((time, index) => time - (later[index] ?? time)));
  });
  return Math.round(Math.max(...pauses));
}
