/** Examples of answers about fights, for the API documentation. */
import type {
  CombatActionResult,
  CombatHistory,
  CombatOverview,
  CombatParticipant,
  CombatState,
  CombatView,
} from '@aeturnis/contracts';
import type { CombatActionBody } from './request-bodies';

const SESSION_ID = '0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11';
const PLAYER_ID = '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11';
const MONSTER_ID = 'starting_village:yard_rats:1';
const DIGEST = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const PLAYER: CombatParticipant = {
  ...{ id: PLAYER_ID, side: 0, name: 'Ælfgifu', level: 1, kind: 'ranger', isMonster: false },
  ...{ maxHealth: 95, attack: 140, defense: 70, speed: 12, critical: 16 },
  skills: ['aimed_shot', 'poison_arrow', 'evade'],
  ...{ health: 95, energy: 75, status: 'fighting', isDefending: false, missedTurns: 0, cooldowns: {}, effects: [] },
};

const MONSTER: CombatParticipant = {
  ...{ id: MONSTER_ID, side: 1, name: 'rat', level: 1, kind: 'rat', isMonster: true },
  ...{ maxHealth: 35, attack: 60, defense: 30, speed: 11, critical: 5, skills: ['bite'] },
  ...{ health: 35, energy: 60, status: 'fighting', isDefending: false, missedTurns: 0, cooldowns: {}, effects: [] },
};

const STATE: CombatState = {
  ...{ rulesVersion: 1, mode: 'monsters', turn: 1, isTurnOpen: true, inputs: 0, round: 1 },
  queue: [PLAYER_ID, MONSTER_ID],
  participants: [{ ...PLAYER, bag: { healing_potion: 2 } }, MONSTER],
  seq: 2,
  outcome: null,
};

export const COMBAT_EXAMPLE: CombatView = {
  ...{ sessionId: SESSION_ID, mode: 'monsters', phase: 'active', spectators: 'public', delayTurns: 0 },
  ...{ commitment: DIGEST, rulesVersion: 1, dataHash: DIGEST, invited: [], state: STATE },
  request: {
    ...{
      sessionId: SESSION_ID,
      turn: 1,
      participantId: PLAYER_ID,
      deadline: 1_785_000_020_000,
      serverTime: 1_785_000_000_000,
    },
    legal: [{ type: 'attack', targetIds: [MONSTER_ID] }, { type: 'defend' }],
  },
};

export const COMBAT_OVERVIEW_EXAMPLE: CombatOverview = { current: COMBAT_EXAMPLE, challenges: [], commitment: DIGEST };

export const ACTION_EXAMPLE: CombatActionBody = {
  ...{ actionId: '77aa51d2-7f0e-4d0c-9a55-0d8b1a2f6c77', turn: 1, type: 'attack', targetId: MONSTER_ID },
};

export const ACTION_RESULT_EXAMPLE: CombatActionResult = {
  ...{ sessionId: SESSION_ID, turn: 1, seq: 4 },
  entries: [
    {
      ...{ seq: 3, turn: 1, delayMs: 500, type: 'action', actorId: PLAYER_ID, action: 'attack' },
      ...{ targetId: MONSTER_ID, energy: 75 },
    },
    {
      ...{ seq: 4, turn: 1, delayMs: 700, type: 'strike', actorId: PLAYER_ID, targetId: MONSTER_ID },
      ...{ hit: true, critical: false, damage: 12, absorbed: 0, health: 23 },
    },
  ],
};

export const HISTORY_EXAMPLE: CombatHistory = {
  ...{ sessionId: SESSION_ID, rulesVersion: 1, dataHash: DIGEST, commitment: DIGEST, clientSeeds: {} },
  setup: {
    mode: 'monsters',
    participants: [
      {
        ...{ id: PLAYER_ID, side: 0, name: 'Ælfgifu', level: 1, class: 'ranger' },
        ...{ health: 95, maxHealth: 95, attack: 140, defense: 70, bag: null },
      },
      { id: MONSTER_ID, side: 1, name: 'rat', level: 1, monster: 'rat' },
    ],
  },
  inputs: [{ type: 'act', actorId: PLAYER_ID, turn: 1, action: { type: 'attack', targetId: MONSTER_ID } }],
  entries: ACTION_RESULT_EXAMPLE.entries,
  ...{ next: null, outcome: null, serverSeed: null, digest: DIGEST },
};
