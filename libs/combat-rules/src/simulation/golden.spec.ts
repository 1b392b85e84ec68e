/** 320 recorded fights: the engine must replay each of them exactly, for as long as the rules version stays the same. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../canonical-json';
import { type ClassId, CLASSES } from '../rules/classes';
import { type MonsterKind, MONSTERS } from '../rules/monsters';
import { RULES_VERSION } from '../rules/numbers';
import { RULE_DATA } from '../rules/rule-data';
import type { FightEntry } from '../engine/entries';
import type { FightMode, ParticipantSetup, PlayerSetup, Side } from '../engine/state';
import { AddressedRolls, type Rolls } from '../rolls';
import { playFight, simulatedPlayer } from './simulate';

interface GoldenFights {
  readonly rulesVersion: number;
  /** Digest of the rule data. */
  readonly data: string;
  /** Digest of all entries of each fight, in the order in which `fightNumber` describes them. */
  readonly fights: readonly string[];
}

const COUNT = 320;
const FILE = join(__dirname, 'golden-fights.json');
const classes = Object.keys(CLASSES) as ClassId[];
const monsters = Object.keys(MONSTERS) as MonsterKind[];

const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
const rollsOf = (fight: number): Rolls =>
  new AddressedRolls(`golden ${fight}`, (address) => createHmac('sha256', 'golden').update(address).digest());

/** Fights of every class and monster, of one to eight on a side, of low and high levels, with and without items. */
function fightNumber(number: number): { mode: FightMode; participants: ParticipantSetup[] } {
  const mode = number % 2 === 0 ? 'duel' : 'monsters';
  const level = 1 + ((number * 7) % 100);
  const size = 1 + (number % 8);
  const player = (place: number, side: Side): PlayerSetup => ({
    ...simulatedPlayer(`player${side}${place}`, side, classes[(number + place) % classes.length]!, level),
    bag: number % 3 === 0 ? { healing_potion: 2, throwing_knife: 1, antidote: 1 } : {},
  });
  const monster = (place: number): ParticipantSetup => {
    const kind = monsters[(number + place) % monsters.length]!;
    return { id: `monster${place}`, side: 1, name: kind, level, monster: kind };
  };
  const places = Array.from({ length: size }, (_, place) => place);
  const enemies = places.map((place) => (mode === 'duel' ? player(place, 1) : monster(place)));
  return { mode, participants: [...places.map((place) => player(place, 0)), ...enemies] };
}

function play(number: number): string {
  const { mode, participants } = fightNumber(number);
  const entries: FightEntry[] = [];
  const { state } = playFight(mode, participants, rollsOf(number), (step) => void entries.push(...step.entries));
  return digestOf({ entries, state });
}

it('replays every recorded fight exactly', () => {
  const played = {
    rulesVersion: RULES_VERSION,
    data: digestOf(RULE_DATA),
    fights: Array.from({ length: COUNT }, (_, n) => play(n)),
  };
  if (process.env['RECORD_FIGHTS'] !== undefined) writeFileSync(FILE, `${JSON.stringify(played, null, 2)}\n`);
  const golden = JSON.parse(readFileSync(FILE, 'utf8')) as GoldenFights;
  // Different on purpose? Raise RULES_VERSION and record anew with RECORD_FIGHTS=1: earlier fights need the earlier rules.
  expect(played).toEqual(golden);
});
