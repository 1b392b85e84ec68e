/**
 * Looks at all fights whose time has come, every quarter of a second on every node: missed turns, absent players and expired
 * challenges. Each fight is handled by one node. Also publishes what a node has not published before it died.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { currentParticipant, type FightInput } from '@aeturnis/combat-rules';
import { Database, FailureLog, runInBackground, Shutdown } from '@aeturnis/platform';
import { type ActiveFight, type Fight, isActive } from '../fights/fight';
import { FightsRepository } from '../fights/fights.repository';
import { FightPublicationsRepository } from '../publishing/fight-publications.repository';
import { FightPublisher } from '../publishing/fight-publisher';
import { DuelsService } from '../starting/duels.service';
import { FightSteps } from '../steps/fight-steps';
import { Absences } from './absences';
import { OutageCredit } from './outage-credit';
import { absentees, graceOf, nextLookAt, NODE_DEATH_CREDIT_MS, withNode } from './turn-clock';
import { TurnSurvival } from './turn-survival';

const INTERVAL_MS = 250;
/** A fight that could not be handled is left alone for this time, so that it does not hold up the others. */
const RETRY_MS = 5_000;
const OVERDUE_PER_SWEEP = 100;

@Injectable()
export class DeadlineSweep implements OnModuleInit, OnApplicationBootstrap {
  private readonly failures = new FailureLog(new Logger(DeadlineSweep.name));
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly publications: FightPublicationsRepository,
    private readonly publisher: FightPublisher,
    private readonly steps: FightSteps,
    private readonly duels: DuelsService,
    private readonly credit: OutageCredit,
    private readonly absences: Absences,
    private readonly survival: TurnSurvival,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('state', 'fight deadlines', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= runInBackground('fights', () => this.sweep()).finally(() => (this.running = null));
    }, INTERVAL_MS).unref();
  }

  private async sweep(): Promise<void> {
    if (this.database.state !== 'ready') return;
    try {
      const { hasDeadlines, isDue, isUnpublished } = await this.fights.findSweepWork();
      for (const id of hasDeadlines ? await this.credit.creditOutage() : []) await this.announceDeadline(id);
      while (isDue && (await this.handleOne()));
      if (!isUnpublished) return;
      for (const id of await this.publications.overdue(OVERDUE_PER_SWEEP)) await this.publisher.catchUp(id);
    } catch (error) {
      this.failures.warn({ message: 'sweep of fights failed, retrying', error });
    }
  }

  /** @returns whether there was one. */
  private async handleOne(): Promise<boolean> {
    let locked: Fight | null = null;
    try {
      const expired = await this.database.transaction(async () => {
        locked = await this.fights.lockDue();
        if (!locked) return null;
        if (isActive(locked)) await this.handle(locked);
        else if (locked.phase === 'invited') await this.fights.remove(locked.id);
        else await this.fights.saveTimes(locked.id, locked.clocks, { deadline: null, dueAt: null });
        return locked;
      });
      if (expired?.phase === 'invited') await this.duels.announceCancelled(expired, 'expired');
      return expired !== null;
    } catch (error) {
      const fight = locked as Fight | null;
      if (!fight) throw error;
      this.failures.warn({ message: 'fight could not be moved on, retrying', fightId: fight.id, error });
      await this.fights.postponeDue(fight.id, RETRY_MS);
      return true;
    }
  }

  private async handle(locked: ActiveFight): Promise<void> {
    const fight = await this.absences.withVerified(locked);
    const verdict = await this.verdictOn(fight);
    if (verdict === 'extended') return this.extend(fight);
    const taken = verdict && (await this.steps.take(fight, verdict, null));
    // No node has its rules any more: it cannot go on, and its seed is revealed.
    if (taken === 'other_rules_version') await this.steps.take(fight, { type: 'abort' }, null);
    else if (taken === null || typeof taken === 'string') await this.postpone(fight);
  }

  /** What the time has brought about: an input, or more time for the turn; null if the turn goes on. */
  private async verdictOn(fight: ActiveFight): Promise<FightInput | 'extended' | null> {
    const absent = absentees(fight);
    if (absent.all) return { type: 'abort' };
    const [actorId] = absent.ids;
    if (actorId !== undefined) return { type: 'forfeit', actorId, reason: 'disconnected' };
    const current = currentParticipant(fight.state);
    if (!current || fight.deadline === null) return null;
    if (fight.now < fight.deadline + graceOf(fight.clocks[current.id])) return null;
    const survival = await this.survival.nodeOutlived(fight, current.id);
    if (survival === 'unknown') return null;
    return survival === 'died' ? 'extended' : { type: 'miss', actorId: current.id };
  }

  private async postpone(fight: ActiveFight): Promise<void> {
    const { id, clocks, deadline, now } = fight;
    const next = nextLookAt(fight);
    await this.fights.saveTimes(id, clocks, { deadline, dueAt: next && Math.max(next, now + INTERVAL_MS) });
  }

  private async announceDeadline(fightId: string): Promise<void> {
    const fight = await this.fights.find(fightId);
    if (fight && isActive(fight)) this.publisher.publishRequest(fight);
  }

  /** Once for each death of a node. */
  private async extend(fight: ActiveFight): Promise<void> {
    const [current = ''] = fight.state.queue;
    const clocks = withNode(fight.clocks, current, null);
    const extended = { ...fight, clocks, deadline: fight.now + NODE_DEATH_CREDIT_MS };
    await this.fights.saveTimes(fight.id, clocks, { deadline: extended.deadline, dueAt: nextLookAt(extended) });
    this.database.afterCommit(() => this.publisher.publishRequest(extended));
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
