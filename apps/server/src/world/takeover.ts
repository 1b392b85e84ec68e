/** One connection per character in the whole cluster: the later selection wins, and goes on from where the earlier stood. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClusterBus } from '@aeturnis/realtime';
import type { Place } from '../characters';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from './position-writer';

const CLAIM_TOPIC = 'world:claim';
const HANDOVER_TOPIC = 'world:handover';
/** A node that does not answer in time has died or hangs; then the database says where the character stood. */
const ANSWER_MS = 1_000;

export interface Claim {
  readonly characterId: string;
  /** The connection that plays it from now on. */
  readonly socketId: string;
  /** Milliseconds since 1970. */
  readonly selectedAt: number;
}

export interface Handover {
  /** The connection that claimed. */
  readonly socketId: string;
  readonly place: Place;
  /** The others of the zone see the character. */
  readonly present: boolean;
  /** What it is up to. */
  readonly status?: string | undefined;
}

@Injectable()
export class Takeover implements OnModuleInit {
  private readonly waiting = new Map<string, (handover: Handover | null) => void>();
  private listener: (played: PlayedCharacter) => void = () => undefined;

  constructor(
    private readonly bus: ClusterBus,
    private readonly played: PlayedCharacters,
    private readonly writer: PositionWriter,
  ) {}

  onModuleInit(): void {
    this.bus.on<Claim>(CLAIM_TOPIC, (claim) => this.claimed(claim));
    this.bus.on<Handover>(HANDOVER_TOPIC, (handover) => this.waiting.get(handover.socketId)?.(handover));
  }

  /** Hears of characters of this node that another connection has taken over; must remove them at once. */
  onTaken(listener: (played: PlayedCharacter) => void): void {
    this.listener = listener;
  }

  /**
   * Tells all nodes who plays the character from now on; on this one it is free when this returns. The promise settles
   * with what the connection that had it says, with null where `elsewhere` is false or nobody says anything in time.
   */
  claim(claim: Claim, elsewhere: boolean): Promise<Handover | null> {
    const { socketId } = claim;
    const answer = new Promise<Handover | null>((resolve) => {
      const settle = (handover: Handover | null): void => {
        clearTimeout(timer);
        this.waiting.delete(socketId);
        resolve(handover);
      };
      const timer = setTimeout(() => settle(null), ANSWER_MS);
      this.waiting.set(socketId, settle);
    });
    this.bus.publish(CLAIM_TOPIC, claim);
    // This node has answered by now, if it had anything to say.
    if (!elsewhere) this.waiting.get(socketId)?.(null);
    return answer;
  }

  private claimed(claim: Claim): void {
    const { characterId, socketId } = claim;
    const held = this.played.get(characterId);
    if (held && isLater(held, claim)) return;
    const place = held?.place ?? this.writer.pending(characterId);
    if (held) this.listener(held);
    this.writer.drop(characterId);
    if (place)
      this.bus.publish(HANDOVER_TOPIC, {
        socketId,
        place,
        present: held?.present ?? false,
        status: held?.status,
      } satisfies Handover);
  }
}

// Two claims may cross: all nodes must come to the same winner.
function isLater({ selectedAt, caller }: PlayedCharacter, claim: Claim): boolean {
  return selectedAt === claim.selectedAt ? caller.socketId > claim.socketId : selectedAt > claim.selectedAt;
}
