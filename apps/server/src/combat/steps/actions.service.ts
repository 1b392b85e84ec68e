/** Takes the actions of players. */
import { Injectable } from '@nestjs/common';
import type { FightAction, FightInput, InputRefusal } from '@aeturnis/combat-rules';
import { AppError, type CombatActionDto, type CombatActionResult, type CombatFleeDto } from '@aeturnis/contracts';
import { Database, isUniqueViolation, NodeIdentity } from '@aeturnis/platform';
import { graceOf, withConnection, withGraceUsed, withReturn } from '../clocks/turn-clock';
import { TurnSurvival } from '../clocks/turn-survival';
import { CombatMetrics } from '../combat-metrics';
import { type Fight, type FightPlayer, type FightStepRecord, isActive, playerOf } from '../fights/fight';
import { FightLogRepository } from '../fights/fight-log.repository';
import { FightsRepository } from '../fights/fights.repository';
import { resultOf, turnRequestOf } from '../publishing/fight-events';
import { FightSteps, type TakenStep } from './fight-steps';
import { refusalError } from './refusals';

/** Refusals after which a client needs the current request. */
const OUT_OF_TURN = new Set<InputRefusal>(['stale_turn', 'not_your_turn']);

interface Action {
  readonly sessionId: string;
  readonly actionId: string | null;
  readonly turn: number | undefined;
  readonly action: FightAction;
  /** Of the connection, as the server measured it; null if it is not known yet, undefined over HTTP. */
  readonly roundTripMs: number | null | undefined;
}

/** Returned from the transaction, so that what it has stored is committed although the action is refused. */
type Outcome = { readonly result: CombatActionResult } | { readonly refusal: AppError };

@Injectable()
export class ActionsService {
  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly log: FightLogRepository,
    private readonly steps: FightSteps,
    private readonly metrics: CombatMetrics,
    private readonly identity: NodeIdentity,
    private readonly survival: TurnSurvival,
  ) {}

  /**
   * @param roundTripMs of the connection, as the server measured it; null if it is not known yet, undefined over HTTP.
   * @throws AppError NOT_FOUND, NOT_PARTICIPANT, VALIDATION, CONFLICT with the reason and, out of turn, the current request.
   */
  act(userId: string, dto: CombatActionDto, roundTripMs?: number | null): Promise<CombatActionResult> {
    const { sessionId, actionId, turn, ...action } = dto;
    return this.take(userId, { sessionId, actionId, turn, action: withoutUndefined(action), roundTripMs });
  }

  /** As `act`. */
  flee(
    userId: string,
    { sessionId, actionId }: CombatFleeDto,
    roundTripMs: number | null,
  ): Promise<CombatActionResult> {
    return this.take(userId, {
      sessionId,
      actionId: actionId ?? null,
      turn: undefined,
      action: { type: 'flee' },
      roundTripMs,
    });
  }

  private async take(userId: string, action: Action): Promise<CombatActionResult> {
    try {
      const outcome = await this.database.transaction(() => this.takeLocked(userId, action));
      if ('result' in outcome) return outcome.result;
      throw outcome.refusal;
    } catch (error) {
      // The same `actionId` was accepted in an earlier turn, and the player has the turn again.
      if (!isUniqueViolation(error, 'fight_inputs_action')) throw error;
      const repeated = await this.findRepeated(userId, action);
      if (!repeated) throw error;
      return repeated;
    }
  }

  private async takeLocked(userId: string, action: Action): Promise<Outcome> {
    const fight = await this.fights.lock(action.sessionId);
    const player = fight && playerOf(fight, userId);
    if (!fight || !player || fight.phase === 'invited') {
      this.metrics.actionRefused('unknown_fight');
      throw notFound();
    }
    const refuse = async (reason: InputRefusal, facts: Fight): Promise<Outcome> => {
      const repeated = await this.findRepeated(userId, action);
      if (repeated) return { result: repeated };
      this.metrics.actionRefused(reason);
      const request = OUT_OF_TURN.has(reason) ? requestFor(facts, player) : null;
      return { refusal: refusalError(reason, request ? { request } : {}) };
    };
    if (!isActive(fight)) return refuse('ended', fight);
    const isOwnTurn = fight.state.queue[0] === player.characterId;
    const lateMs = fight.deadline === null ? 0 : fight.now - fight.deadline;
    const isTooLate = isOwnTurn && lateMs > graceOf(fight.clocks[player.characterId]);
    // Lateness by the death of a node, or by an outage, is excused.
    if (isTooLate && (await this.survival.wasMissed(fight, player.characterId))) {
      const missed = await this.steps.take(fight, { type: 'miss', actorId: player.characterId }, null);
      return typeof missed === 'string' ? refuse(missed, fight) : refuse('stale_turn', missed.fight);
    }
    const used = isOwnTurn && !isTooLate ? withGraceUsed(fight.clocks, player.characterId, lateMs) : fight.clocks;
    // Who acts is not away, although the action may have come over HTTP.
    const returned = withReturn(used, player.characterId, fight.now);
    const { incarnation } = this.identity;
    const clocks = withConnection(returned, player.characterId, incarnation, action.roundTripMs);
    const sender = { userId, actionId: action.actionId };
    const taken = await this.steps.take({ ...fight, clocks }, inputOf(player, action), sender);
    return typeof taken === 'string' ? refuse(taken, fight) : { result: resultFor(taken, player) };
  }

  /** The first result of an action that was sent before. */
  private async findRepeated(
    userId: string,
    { sessionId, actionId }: Pick<Action, 'sessionId' | 'actionId'>,
  ): Promise<CombatActionResult | null> {
    const step = actionId === null ? null : await this.log.findStep(sessionId, userId, actionId);
    const fight = step && (await this.fights.find(sessionId));
    const player = fight && playerOf(fight, userId);
    return step && player ? this.resultOfStored(sessionId, step, player) : null;
  }

  private async resultOfStored(
    sessionId: string,
    step: FightStepRecord,
    { characterId }: FightPlayer,
  ): Promise<CombatActionResult> {
    const entries = await this.log.entriesBetween(sessionId, step.firstSeq - 1, step.lastSeq);
    return resultOf(sessionId, { ...step, entries }, characterId);
  }
}

export const notFound = (): AppError => new AppError('NOT_FOUND', 'There is no such fight');

function inputOf({ characterId }: FightPlayer, { turn, action }: Action): FightInput {
  return { type: 'act', actorId: characterId, ...(turn !== undefined && { turn }), action };
}

function requestFor(fight: Fight, { characterId }: FightPlayer): object | null {
  const request = turnRequestOf(fight);
  return request && { ...request, legal: request.participantId === characterId ? request.legal : [] };
}

const resultFor = ({ fight, step }: TakenStep, { characterId }: FightPlayer): CombatActionResult =>
  resultOf(fight.id, step, characterId);

/** The rules store the action as it is. */
function withoutUndefined({ type, targetId, skillId, itemId }: FightAction): FightAction {
  return {
    type,
    ...(targetId !== undefined && { targetId }),
    ...(skillId !== undefined && { skillId }),
    ...(itemId !== undefined && { itemId }),
  };
}
