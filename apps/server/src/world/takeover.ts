/** One connection per character in the whole cluster: the later stay wins, and goes on from where the earlier one stood. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import type { Place } from '../characters';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from './position-writer';

const CLAIM_TOPIC = 'world:claim';
const ANSWER_TOPIC = 'world:claim_answer';
/** A node that does not answer in time has died or hangs; then the database says where the character stood. */
const ANSWER_MS = 1_000;
/** Characters of which the latest claim is remembered. */
const MAX_REMEMBERED = 10_000;

export interface Claim {
  readonly characterId: string;
  /** The number of the stay that begins: drawn from the database, so that of two claims all nodes find the same one later. */
  readonly stay: number;
}

/** Where the earlier stay ended. */
export interface Handover {
  readonly place: Place;
  /** The others of the zone see the character. */
  readonly announced: boolean;
  /** What it is up to. */
  readonly status?: string | undefined;
}

interface SentClaim extends Claim {
  /** The nodes that have to answer in any case. */
  readonly asked: readonly string[];
}

/** What a node says to a claim; `not_held`: it has neither the character nor a place that the database does not have. */
type Answer = { readonly stay: number; readonly node: string } & (
  { readonly kind: 'handed_over'; readonly handover: Handover } | { readonly kind: 'not_held' | 'superseded' }
);

/** A later stay of the character has begun, and whoever began it goes on with the character. */
export class SupersededError extends AppError {
  constructor() {
    super('CONFLICT', 'Another connection has taken over this character');
  }
}

@Injectable()
export class Takeover implements OnModuleInit {
  /** Claims of this node that wait for answers, by stay. */
  private readonly waiting = new Map<number, (answer: Answer, from: 'this_node' | 'other_node') => void>();
  /** The latest stay that was claimed of a character, those claimed last at the end. */
  private readonly latest = new Map<string, number>();
  private readonly node: string;
  private listener: (played: PlayedCharacter) => void = () => undefined;

  constructor(
    @Inject(APP_CONFIG) { nodeId }: Pick<AppConfig, 'nodeId'>,
    private readonly bus: ClusterBus,
    private readonly played: PlayedCharacters,
    private readonly writer: PositionWriter,
  ) {
    this.node = nodeId;
  }

  onModuleInit(): void {
    this.bus.on<SentClaim>(CLAIM_TOPIC, (claim) => this.onClaim(claim));
    this.bus.on<Answer>(ANSWER_TOPIC, (answer) => this.waiting.get(answer.stay)?.(answer, 'other_node'));
  }

  /** Called for characters of this node that another connection has taken over; must remove them at once. */
  onTaken(listener: (played: PlayedCharacter) => void): void {
    this.listener = listener;
  }

  /**
   * Tells all nodes that a stay begins; unless a later one is known here, the character is free on this node when this
   * returns. The promise settles with what the earlier stay hands over, or with null when all nodes in `holding` have said
   * that they do not hold the character: only one that has died is waited for in vain, for a second.
   * @throws SupersededError where a later stay has begun; then the character must not be played by this one.
   */
  claim(claim: Claim, holding: readonly string[]): Promise<Handover | null> {
    const silent = new Set(holding);
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.waiting.delete(claim.stay);
        finish();
      };
      const timer = setTimeout(() => settle(() => resolve(null)), ANSWER_MS);
      this.waiting.set(claim.stay, (answer, from) => {
        // Another node may have been given the name of this one.
        if (from === 'other_node') silent.delete(answer.node);
        if (answer.kind === 'handed_over') settle(() => resolve(answer.handover));
        else if (answer.kind === 'superseded') settle(() => reject(new SupersededError()));
        else if (silent.size === 0) settle(() => resolve(null));
      });
      this.bus.publish(CLAIM_TOPIC, { ...claim, asked: [...holding, this.node] } satisfies SentClaim);
    });
  }

  private onClaim({ characterId, stay, asked }: SentClaim): void {
    const { node } = this;
    const held = this.played.get(characterId);
    if (Math.max(held?.stay ?? 0, this.latest.get(characterId) ?? 0) > stay) {
      this.answer({ kind: 'superseded', stay, node });
      return;
    }
    this.remember(characterId, stay);
    const place = held?.place ?? this.writer.pending(characterId);
    if (held) this.listener(held);
    this.writer.drop(characterId);
    if (place) {
      const handover = { place, announced: held?.announced ?? false, status: held?.status };
      this.answer({ kind: 'handed_over', stay, node, handover });
    } else if (asked.includes(node)) this.answer({ kind: 'not_held', stay, node });
  }

  private answer(answer: Answer): void {
    const own = this.waiting.get(answer.stay);
    if (own) own(answer, 'this_node');
    else this.bus.publish(ANSWER_TOPIC, answer);
  }

  // A claim may arrive while this node is about to make an earlier one, of which nobody else has heard.
  private remember(characterId: string, stay: number): void {
    this.latest.delete(characterId);
    this.latest.set(characterId, stay);
    const [oldest] = this.latest.size > MAX_REMEMBERED ? this.latest.keys() : [];
    if (oldest !== undefined) this.latest.delete(oldest);
  }
}
