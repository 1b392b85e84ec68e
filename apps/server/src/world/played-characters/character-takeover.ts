/** One connection per character in the cluster: the later stay wins, and continues at the position of the earlier one. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import type { CharacterPosition } from '../../characters';
import { PositionWriter } from '../positions/position-writer';
import { CharacterDeparture } from './character-departure';
import { ClaimSupersededError, PlayedCharacters } from './played-characters';

const CLAIM_TOPIC = 'world:claim';
const ANSWER_TOPIC = 'world:claim_answer';
/** A node that does not answer in time has died or hangs; then the position is read from the database. */
const ANSWER_MS = 1_000;
/** The number of characters whose latest claim is remembered. */
const MAX_REMEMBERED = 10_000;

interface CharacterClaim {
  readonly characterId: string;
  /** The number of the new stay: drawn from the database, so that all nodes agree which of two claims is later. */
  readonly stay: number;
}

/** The state at the end of the earlier stay. */
export interface CharacterHandover {
  readonly place: CharacterPosition;
  /** Whether the zone knows the character already. */
  readonly announced: boolean;
  /** The status that its player has set. */
  readonly status?: string | undefined;
}

interface PublishedClaim extends CharacterClaim {
  /** The nodes that must answer even if they do not hold the character. */
  readonly asked: readonly string[];
}

/** The answer of a node to a claim; `not_held`: it has neither the character nor an unsaved position of it. */
type ClaimAnswer = { readonly stay: number; readonly node: string } & (
  { readonly kind: 'handed_over'; readonly handover: CharacterHandover } | { readonly kind: 'not_held' | 'superseded' }
);

@Injectable()
export class CharacterTakeover implements OnModuleInit {
  /** Claims of this node that await answers, by stay. */
  private readonly pendingClaims = new Map<number, (answer: ClaimAnswer, from: 'this_node' | 'other_node') => void>();
  /** By character: the latest claimed stay; the most recently claimed characters are at the end. */
  private readonly latestStays = new Map<string, number>();
  private readonly node: string;

  constructor(
    @Inject(APP_CONFIG) { nodeId }: Pick<AppConfig, 'nodeId'>,
    private readonly bus: ClusterBus,
    private readonly played: PlayedCharacters,
    private readonly writer: PositionWriter,
    private readonly departure: CharacterDeparture,
  ) {
    this.node = nodeId;
  }

  onModuleInit(): void {
    this.bus.subscribe<PublishedClaim>(CLAIM_TOPIC, (claim) => this.onClaim(claim));
    this.bus.subscribe<ClaimAnswer>(ANSWER_TOPIC, (answer) =>
      this.pendingClaims.get(answer.stay)?.(answer, 'other_node'),
    );
  }

  /**
   * Publishes to all nodes that a stay begins. Unless this node knows a later one, no stay on this node has the character
   * when this returns. The promise resolves with the handover of the earlier stay, or with null once all `holdingNodes` have
   * answered that they do not hold the character; a node that has died delays it for ANSWER_MS.
   * @throws ClaimSupersededError if a later stay has begun; then this connection must not play the character.
   */
  claim(claim: CharacterClaim, holdingNodes: readonly string[]): Promise<CharacterHandover | null> {
    const unanswered = new Set(holdingNodes);
    return new Promise((resolve, reject) => {
      const complete = (finish: () => void): void => {
        clearTimeout(timer);
        this.pendingClaims.delete(claim.stay);
        finish();
      };
      const timer = setTimeout(() => complete(() => resolve(null)), ANSWER_MS);
      this.pendingClaims.set(claim.stay, (answer, from) => {
        // Another node may be configured with the same node id, so the answer of this node does not count as its answer.
        if (from === 'other_node') unanswered.delete(answer.node);
        if (answer.kind === 'handed_over') complete(() => resolve(answer.handover));
        else if (answer.kind === 'superseded') complete(() => reject(new ClaimSupersededError()));
        else if (unanswered.size === 0) complete(() => resolve(null));
      });
      this.bus.publish(CLAIM_TOPIC, { ...claim, asked: [...holdingNodes, this.node] } satisfies PublishedClaim);
    });
  }

  private onClaim({ characterId, stay, asked }: PublishedClaim): void {
    const { node } = this;
    const held = this.played.get(characterId);
    if (Math.max(held?.stay ?? 0, this.latestStays.get(characterId) ?? 0) > stay) {
      this.sendAnswer({ kind: 'superseded', stay, node });
      return;
    }
    this.recordStay(characterId, stay);
    const place = held?.place ?? this.writer.pendingPlace(characterId);
    if (held) this.departure.onTakenOver(held);
    this.writer.discard(characterId);
    if (place) {
      const handover = { place, announced: held?.isAnnounced ?? false, status: held?.status };
      this.sendAnswer({ kind: 'handed_over', stay, node, handover });
    } else if (asked.includes(node)) this.sendAnswer({ kind: 'not_held', stay, node });
  }

  private sendAnswer(answer: ClaimAnswer): void {
    const resolvePending = this.pendingClaims.get(answer.stay);
    if (resolvePending) resolvePending(answer, 'this_node');
    else this.bus.publish(ANSWER_TOPIC, answer);
  }

  // Claims of other nodes are recorded too: this node may be about to publish an earlier one, which must then be refused.
  private recordStay(characterId: string, stay: number): void {
    this.latestStays.delete(characterId);
    this.latestStays.set(characterId, stay);
    const [oldest] = this.latestStays.size > MAX_REMEMBERED ? this.latestStays.keys() : [];
    if (oldest !== undefined) this.latestStays.delete(oldest);
  }
}
