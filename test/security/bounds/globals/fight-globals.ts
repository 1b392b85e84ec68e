/** Bounds of fights: per user, per fight, and how long they stay in PostgreSQL. */
import { contractsConstant, globalBound, type GlobalBound, serverConstant, sourceConstant } from './global-bound';

const rulesConstant = (name: string, value: string) =>
  sourceConstant('libs/combat-rules/src/rules/numbers.ts', name, value);

export const FIGHTS_OF_USER: readonly GlobalBound[] = [
  globalBound('fights at the same time', 'one', [], '`CONFLICT`'),
  globalBound(
    'open challenges to duels',
    'one that the user has made, 20 in all, each for a minute',
    [
      serverConstant('combat/starting/duels.service.ts', 'MAX_CHALLENGES', '20'),
      serverConstant('combat/starting/duels.service.ts', 'CHALLENGE_MS', '60_000'),
    ],
    '`CONFLICT`; a challenge expires',
  ),
];

export const FIGHT_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'participants of a side',
    '8',
    [contractsConstant('combat/combat-views.ts', 'MAX_COMBATANTS_PER_SIDE', '8'), rulesConstant('MAX_PER_SIDE', '8')],
    '`VALIDATION` for a challenge, `CONFLICT` for joining',
  ),
  globalBound('rounds', '100', [rulesConstant('MAX_ROUNDS', '100')], 'the fight ends as a draw'),
  globalBound(
    'time of a turn',
    '20 s',
    [serverConstant('combat/clocks/turn-clock.ts', 'TURN_MS', '20_000')],
    'the player defends; with 3 missed turns in a row in a duel, and 10 against monsters, it leaves the fight',
  ),
  globalBound(
    'time that a player is away from a duel',
    '60 s in all',
    [serverConstant('combat/clocks/turn-clock.ts', 'ABSENCE_BANK_MS', '60_000')],
    'the player gives up',
  ),
  globalBound(
    'spectators',
    '1,000',
    [serverConstant('combat/watching/spectators.service.ts', 'CAPACITY', '1_000')],
    '`ROOM_FULL`',
  ),
  globalBound(
    'turns that spectators are behind',
    '20',
    [contractsConstant('combat/combat-views.ts', 'MAX_SPECTATOR_DELAY', '20')],
    '`VALIDATION`',
  ),
  globalBound(
    'entries of a page of the history',
    '1,000',
    [contractsConstant('combat/combat-history.ts', 'MAX_HISTORY_ENTRIES', '1_000')],
    'further pages',
  ),
];

export const FIGHT_ROWS: readonly GlobalBound[] = [
  globalBound(
    'a fight with its log',
    '30 days after its end',
    [serverConstant('combat/combat-retention.ts', 'FIGHT_RETENTION_DAYS', '30')],
    'it is deleted',
  ),
];
