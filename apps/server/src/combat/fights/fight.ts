/** The types of a stored fight. Participants are characters and monsters; players are the users behind the characters. */
import type { ClassId, FightEntry, FightInput, FightSetup, FightState, ItemId, Side } from '@aeturnis/combat-rules';
import type { CombatMode, CombatOutcome, SpectatorPolicy, Timestamp, Uuid } from '@aeturnis/contracts';

export interface FightPlayer {
  readonly userId: string;
  readonly characterId: string;
  readonly name: string;
  readonly class: ClassId;
  readonly level: number;
  readonly side: Side;
  /** Of a challenge. */
  readonly accepted: boolean;
  /** The usable items that it has brought along; private. */
  readonly bag: Readonly<Partial<Record<ItemId, number>>>;
}

/** The times of one player. Durations are in milliseconds, times in milliseconds since 1970 by the database's clock. */
export interface PlayerClocks {
  /** How much longer the player may be away from a duel in all; returning does not refill it. */
  readonly bankMs: number;
  /** Since when the player has no connection; null while connected. */
  readonly awaySince: number | null;
  /** How much grace after deadlines is left; refilled with each turn. */
  readonly graceMs: number;
  /** As the server measured it when the player acted last, in whole milliseconds; null before the first measurement. */
  readonly roundTripMs: number | null;
  /** The node that has served the player last; null if unknown, or once its death was credited. */
  readonly node: string | null;
}

/** A fight as it is read under its lock. */
export interface Fight {
  readonly id: string;
  readonly mode: CombatMode;
  readonly phase: 'invited' | 'active' | 'ended';
  readonly createdBy: string;
  readonly spectators: SpectatorPolicy;
  readonly delayTurns: number;
  readonly zone: string | null;
  readonly x: number | null;
  readonly y: number | null;
  readonly rulesVersion: number;
  readonly dataHash: string;
  readonly serverSeed: string;
  readonly commitment: string;
  readonly clientSeeds: Readonly<Record<string, string>>;
  readonly players: readonly FightPlayer[];
  readonly state: FightState | null;
  readonly clocks: Readonly<Record<string, PlayerClocks>>;
  readonly seq: number;
  readonly published: number;
  /** Milliseconds since 1970 by the database's clock, as the others. */
  readonly deadline: number | null;
  readonly dueAt: number | null;
  /** When the row was read. */
  readonly now: number;
}

export type ActiveFight = Fight & { readonly state: FightState };

/** For the history: what others may not change any more. */
export type FightWithSetup = Fight & { readonly setup: FightSetup | null };

/** One input with the entries it led to. */
export interface FightStepRecord {
  /** 0 for the begin. */
  readonly number: number;
  readonly input: FightInput | null;
  readonly userId: string | null;
  readonly actionId: string | null;
  /** The turn in which the input was accepted. */
  readonly turn: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export type RecordedStep = FightStepRecord & { readonly entries: readonly FightEntry[] };

/** An active fight, for administrators. */
export interface FightSummary {
  readonly sessionId: Uuid;
  readonly mode: CombatMode;
  readonly zone: string | null;
  readonly players: readonly { readonly userId: Uuid; readonly characterId: Uuid; readonly name: string }[];
  readonly startedAt: Timestamp;
  /** Of the current turn. */
  readonly deadline: Timestamp | null;
}

export interface FightListPage {
  readonly fights: readonly FightSummary[];
  /** For the next page, as `before`; null on the last page. */
  readonly next: Uuid | null;
}

/** A fight with the character that a user has brought along. */
export interface FightOfCharacter {
  readonly fightId: string;
  readonly characterId: string;
}

/** A fight in the export of an account. */
export interface FightOfUser {
  readonly sessionId: string;
  readonly mode: CombatMode;
  readonly characterId: string;
  readonly outcome: CombatOutcome | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export const isActive = (fight: Fight): fight is ActiveFight => fight.phase === 'active' && fight.state !== null;

export const playerOf = ({ players }: Fight, userId: string): FightPlayer | undefined =>
  players.find((player) => player.userId === userId);

export const playerByCharacter = ({ players }: Fight, characterId: string): FightPlayer | undefined =>
  players.find((player) => player.characterId === characterId);
