/**
 * Moves fights on. One step is one transaction of the caller, which holds the lock of the fight: the rules run for one input,
 * the turns of monsters included, and the log, the state, the next deadline and what the step means for its players are
 * stored together. The step is published after the commit.
 */
import { Injectable } from '@nestjs/common';
import { beginFight, type FightInput, type FightSetup, type InputRefusal, stepFight } from '@aeturnis/combat-rules';
import type { FightStep } from '@aeturnis/combat-rules';
import { Database } from '@aeturnis/platform';
import { publicSetup } from '../fairness/combat-history';
import { rollsFor } from '../fairness/fight-secrets';
import { type ActiveFight, type Fight, type RecordedStep } from '../fights/fight';
import { FightsRepository } from '../fights/fights.repository';
import { timesAfter } from '../clocks/turn-clock';
import { FightPublisher } from '../publishing/fight-publisher';
import { CombatMetrics } from '../combat-metrics';
import { FightSettlement } from './fight-settlement';

/** The user that sent an input, with the dedup key of the client. */
export interface InputSender {
  readonly userId: string;
  readonly actionId: string | null;
}

export interface TakenStep {
  /** After the step. */
  readonly fight: ActiveFight;
  readonly step: RecordedStep;
}

@Injectable()
export class FightSteps {
  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly settlement: FightSettlement,
    private readonly publisher: FightPublisher,
    private readonly metrics: CombatMetrics,
  ) {}

  /** The first step of a fight, up to the first turn of a player. */
  async begin(fight: Fight, setup: FightSetup): Promise<TakenStep> {
    await this.fights.begin(fight.id, publicSetup(setup));
    const step = beginFight(setup, rollsFor(fight.serverSeed, fight.clientSeeds));
    this.database.afterCommit(() => this.metrics.fightStarted(fight.mode));
    return this.store(fight, step, null, { userId: fight.createdBy, actionId: null });
  }

  /** @returns the refusal if the rules do not allow the input; nothing is stored then. */
  async take(fight: ActiveFight, input: FightInput, sender: InputSender | null): Promise<TakenStep | InputRefusal> {
    const step = stepFight(fight.state, input, rollsFor(fight.serverSeed, fight.clientSeeds));
    return typeof step === 'string' ? step : this.store(fight, step, input, sender);
  }

  private async store(
    fight: Fight,
    { state, entries }: FightStep,
    input: FightInput | null,
    sender: InputSender | null,
  ): Promise<TakenStep> {
    const times = timesAfter(fight, state);
    const step: RecordedStep = {
      number: state.inputs,
      input,
      userId: sender?.userId ?? null,
      actionId: sender?.actionId ?? null,
      turn: fight.state?.turn ?? 0,
      firstSeq: fight.seq + 1,
      lastSeq: state.seq,
      entries,
    };
    const phase = state.outcome ? 'ended' : 'active';
    await this.settlement.settle(fight, state, entries);
    const { deadline, now } = await this.fights.saveStep({
      id: fight.id,
      phase,
      state: JSON.stringify(state),
      clocks: JSON.stringify(times.clocks),
      entries: JSON.stringify(entries),
      input: input && JSON.stringify(input),
      seq: step.lastSeq,
      number: step.number,
      userId: step.userId,
      actionId: step.actionId,
      turn: step.turn,
      firstSeq: step.firstSeq,
      turnMs: times.turnMs,
      hasDeadline: times.hasDeadline,
      graceMs: times.graceMs,
      absenceEndsAt: times.absenceEndsAt,
    });
    const after = { ...fight, phase, state, clocks: times.clocks, seq: state.seq, deadline, now } as const;
    this.database.afterCommit(() => {
      if (input?.type === 'miss') this.metrics.turnMissed();
      if (state.outcome) this.metrics.fightEnded(fight.mode, state.outcome.result);
      this.publisher.publish({ ...after, published: fight.published }, step);
    });
    return { fight: after, step };
  }
}
