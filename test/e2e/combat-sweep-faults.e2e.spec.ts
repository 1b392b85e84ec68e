/**
 * A sweep of deadlines that fails: the fight is left as it is and looked at later, and a step that was taken meanwhile keeps
 * its deadline. The sweeps of the server rest; the tests run them.
 */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CombatAdminService } from '../../apps/server/src/combat';
import { Absences } from '../../apps/server/src/combat/clocks/absences';
import { DeadlineSweep } from '../../apps/server/src/combat/clocks/deadline-sweep';
import { FightsRepository } from '../../apps/server/src/combat/fights/fights.repository';
import { FightPublicationsRepository } from '../../apps/server/src/combat/publishing/fight-publications.repository';
import { type FightRow, fightRow, passDeadline } from '../support/domains/fight-rows';
import {
  actionsOf,
  beginStoredFight,
  type Fighter,
  newFighter,
  nextBotAction,
  storedFight,
} from '../support/domains/stored-fights';
import { cutAt, instrumentStatements } from '../support/faults/statement-faults';
import { usePrivateServer } from '../support/servers/private-server';

const GRACE_MS = 500;
/** The transaction, the lock, the step, and the commit. */
const LEAST_STATEMENTS = 4;

type Postpone = (this: FightsRepository, ...args: [id: string, ms: number]) => Promise<void>;

instrumentStatements();
const server = usePrivateServer({ LIMITS: 'off' });
let fighters: Fighter[];
beforeAll(async () => {
  fighters = [await newFighter(server), await newFighter(server)];
});
beforeEach(() => {
  const nothing = { hasDeadlines: false, isDue: false, isUnpublished: false };
  jest.spyOn(FightsRepository.prototype, 'findSweepWork').mockResolvedValue(nothing);
  // It locks the row as well, and a sweep leaves out locked ones.
  jest.spyOn(FightPublicationsRepository.prototype, 'mark').mockResolvedValue();
});
afterEach(() => jest.restoreAllMocks());

/** @returns whether there was a fight to look at. */
function sweepOnce(): Promise<boolean> {
  const sweep = server.app.get(DeadlineSweep, { strict: false });
  return (Reflect.get(sweep, 'handleOne') as () => Promise<boolean>).call(sweep);
}

/** Runs the test of one duel, which then ends. */
async function withDuel<T>(test: (sessionId: string) => Promise<T>): Promise<T> {
  const sessionId = await beginStoredFight(server, fighters);
  try {
    return await test(sessionId);
  } finally {
    await server.app.get(CombatAdminService, { strict: false }).endAsDraw(sessionId);
  }
}

function expectMissedOnce({ state, deadlineMs, dueAtMs }: FightRow, { state: before }: FightRow): void {
  expect(state).toMatchObject({ turn: before.turn + 1, inputs: before.inputs + 1 });
  expect(dueAtMs - deadlineMs).toBeCloseTo(GRACE_MS, 0);
}

it.each(['before', 'after'] as const)(
  'a missed turn whose sweep is cut off %s any of its statements is taken once, or not at all and looked at later',
  async (when) => {
    let [cuts, taken] = [0, 0];
    for (;;) {
      const statements = await withDuel(async (sessionId) => {
        await passDeadline(server, sessionId);
        const before = await fightRow(server, sessionId);
        const { statements: run, outcome } = await cutAt(cuts, when, sweepOnce);
        const after = await fightRow(server, sessionId);
        if (after.state.turn !== before.state.turn) {
          expectMissedOnce(after, before);
          taken++;
        } else if (outcome.status === 'rejected') expect(after).toEqual(before);
        else {
          expect(after).toEqual({ ...before, due_at: expect.anything(), dueAtMs: expect.any(Number) });
          expect(after.dueAtMs).toBeGreaterThan(before.dueAtMs);
        }
        return run.length;
      });
      if (cuts++ >= statements) break;
    }
    expect(cuts).toBeGreaterThan(LEAST_STATEMENTS);
    // By the sweep that was not cut off, and by the one that lost its connection after the commit.
    expect(taken).toBe(when === 'before' ? 1 : 2);
  },
);

it('an action that is taken between the failure of a sweep and its end keeps its deadline', () =>
  withDuel(async (sessionId) => {
    await server.app
      .get(Database)
      .db.execute(sql`update fights set due_at = clock_timestamp() - interval '1 second' where id = ${sessionId}`);
    const action = nextBotAction(await storedFight(server, sessionId));
    if (!action) throw new Error('the duel has ended');
    const { userId, dto } = action;
    jest.spyOn(Absences.prototype, 'withVerified').mockRejectedValueOnce(new Error('the presence is unknown'));
    const { postponeDue }: { postponeDue: Postpone } = FightsRepository.prototype;
    let moved: FightRow | undefined;
    jest.spyOn(FightsRepository.prototype, 'postponeDue').mockImplementationOnce(async function (
      this: FightsRepository,
      ...args
    ) {
      await actionsOf(server).act(userId, dto);
      moved = await fightRow(server, sessionId);
      await postponeDue.apply(this, args);
    });
    expect(await sweepOnce()).toBe(true);
    expect(moved?.state.turn).toBe(Number(dto.turn) + 1);
    expect(await fightRow(server, sessionId)).toEqual(moved);
  }));
