/** Actions: what is refused and why, and what skills, items and effects do. */
import {
  stepAction,
  anna,
  begin,
  ben,
  done,
  entriesOf,
  lowest,
  middle,
  turnOf,
} from '../../../../test/support/domains/fights';
import type { FightAction } from './actions';
import { beginFight, type FightStep, stepFight } from './fight';
import { type FightState, findParticipant } from './state';

describe('an action is refused', () => {
  const state = turnOf(begin(anna({ bag: { healing_potion: 1 } })), 'anna');

  it.each<[string, FightAction, string]>([
    ['for a skill that does not exist', { type: 'skill', skillId: 'wish' }, 'unknown_skill'],
    ['for a name of the prototype', { type: 'skill', skillId: 'constructor' }, 'unknown_skill'],
    ['for a skill of another class', { type: 'skill', skillId: 'cleave' }, 'unknown_skill'],
    ['without a skill', { type: 'skill' }, 'unknown_skill'],
    ['for an item that does not exist', { type: 'item', itemId: '__proto__' }, 'unknown_item'],
    ['for an item that cannot be used', { type: 'item', itemId: 'rat_tail' }, 'item_without_use'],
    ['for an item that is not in the bag', { type: 'item', itemId: 'antidote' }, 'no_such_item'],
    ['against a target that is not in the fight', { type: 'attack', targetId: 'carl' }, 'unknown_target'],
    ['against oneself', { type: 'attack', targetId: 'anna' }, 'wrong_side'],
    ['for help to an enemy', { type: 'item', itemId: 'healing_potion', targetId: 'ben' }, 'wrong_side'],
  ])('%s', (_, action, refusal) => {
    expect(stepAction(state, action)).toBe(refusal);
  });

  it('while the skill cools down, and without the energy for it', () => {
    const used = turnOf(done(state, { type: 'skill', skillId: 'fireball' }).state, 'anna');
    expect(stepAction(used, { type: 'skill', skillId: 'fireball' })).toBe('cooling_down');
    const spent = turnOf(done(used, { type: 'skill', skillId: 'arcane_shield' }).state, 'anna');
    expect(findParticipant(spent, 'anna')?.energy).toBeLessThan(40);
    expect(stepAction(turnOf(begin(), 'anna'), { type: 'skill', skillId: 'fireball' })).not.toBe('not_enough_energy');
    const frost = done(spent, { type: 'skill', skillId: 'frost_bolt' });
    expect(stepAction(turnOf(frost.state, 'anna'), { type: 'skill', skillId: 'fireball' })).toBe('not_enough_energy');
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['no type', {}],
    ['a type that is no text', { type: { any: 'thing' } }],
    ['an unknown type', { type: 'win' }],
    ['a list as its item', { type: 'item', itemId: ['healing_potion'] }],
    ['null as its target', { type: 'attack', targetId: null }],
  ])('with %s', (_, action) => {
    expect(stepAction(state, action as FightAction)).toBe('unknown_action');
  });

  it('for another turn, by an unknown input, and in a fight by other rules, which can only be ended', () => {
    const pass = { type: 'act', actorId: 'anna', action: { type: 'pass' } } as const;
    expect(stepFight(state, { ...pass, turn: state.turn - 1 }, middle)).toBe('stale_turn');
    expect(stepFight(state, { ...pass, turn: state.turn }, middle)).toHaveProperty('state');
    expect(stepFight(state, { ...pass, type: 'win' } as never, middle)).toBe('unknown_input');
    const older = { ...state, rulesVersion: 0 };
    expect(stepFight(older, pass, middle)).toBe('other_rules_version');
    expect((stepFight(older, { type: 'abort' }, middle) as FightStep).state.outcome?.result).toBe('aborted');
  });

  it('out of turn, by a stranger, by a monster, and after the end', () => {
    expect(stepFight(state, { type: 'act', actorId: 'ben', action: { type: 'pass' } }, middle)).toBe('not_your_turn');
    expect(stepFight(state, { type: 'miss', actorId: 'ben' }, middle)).toBe('not_your_turn');
    expect(stepFight(state, { type: 'forfeit', actorId: 'carl', reason: 'gave_up' }, middle)).toBe(
      'unknown_participant',
    );
    const ended = done(state, { type: 'flee' }).state;
    expect(ended.outcome).toEqual({ result: 'victory', winningSide: 1 });
    expect(stepFight(ended, { type: 'act', actorId: 'ben', action: { type: 'attack' } }, middle)).toBe('ended');
    const hunt = beginFight(
      { mode: 'monsters', participants: [anna(), { id: 'rat', side: 1, name: 'rat', level: 1, monster: 'rat' }] },
      middle,
    ).state;
    expect(stepFight(hunt, { type: 'forfeit', actorId: 'rat', reason: 'gave_up' }, middle)).toBe('unknown_participant');
  });
});

describe('an action', () => {
  it('strikes the first enemy that fights if no target is named', () => {
    const [strike] = entriesOf(done(turnOf(begin(), 'anna'), { type: 'attack' }), 'strike');
    expect(strike).toMatchObject({ actorId: 'anna', targetId: 'ben', hit: true, critical: false, absorbed: 0 });
    expect(strike?.health).toBe(ben().maxHealth - strike!.damage);
  });

  it('does half the damage to one who defends', () => {
    const attack = (state: FightState): number =>
      entriesOf(done(turnOf(state, 'anna'), { type: 'attack' }), 'strike')[0]!.damage;
    const open = attack(begin());
    const defending = attack(done(turnOf(begin(), 'ben'), { type: 'defend' }).state);
    expect(Math.abs(defending - open / 2)).toBeLessThanOrEqual(1);
  });

  it('with an item takes it from the bag, and only its owner learns how many are left', () => {
    const used = done(turnOf(begin(anna({ health: 1, bag: { healing_potion: 2 } })), 'anna'), {
      type: 'item',
      itemId: 'healing_potion',
    });
    expect(used.entries[0]?.private).toEqual({ anna: { remaining: 1 } });
    expect(JSON.stringify(used.entries.map((entry) => entry.public))).not.toContain('remaining');
    expect(entriesOf(used, 'healing')[0]?.amount).toBe(Math.round(anna().maxHealth * 0.3));
    expect(findParticipant(used.state, 'anna')?.bag).toEqual({ healing_potion: 1 });
  });

  it('stuns for one turn, and not again in the two turns after it', () => {
    let state = turnOf(begin(), 'ben');
    const stunned = done(state, { type: 'skill', skillId: 'shield_bash' }, lowest);
    expect(entriesOf(stunned, 'stunned')).toEqual([{ type: 'stunned', targetId: 'anna' }]);
    expect(findParticipant(stunned.state, 'anna')?.effects.map(({ id }) => id)).toEqual(['steadfast']);
    state = turnOf(stunned.state, 'ben');
    state.participants.find(({ id }) => id === 'ben')!.cooldowns = {};
    expect(entriesOf(done(state, { type: 'skill', skillId: 'shield_bash' }, lowest), 'stunned')).toEqual([]);
  });

  it('shields: damage is absorbed until the shield is used up', () => {
    const shielded = done(turnOf(begin(), 'anna'), { type: 'skill', skillId: 'arcane_shield' }).state;
    const amount = findParticipant(shielded, 'anna')!.effects[0]!.amount;
    const [first] = entriesOf(done(turnOf(shielded, 'ben'), { type: 'attack' }), 'strike');
    expect(first!.absorbed).toBe(Math.min(amount, first!.absorbed + first!.damage));
    expect(first!.absorbed).toBeGreaterThan(0);
  });

  it('that burns does damage at the start of each turn of the target, as long as it lasts', () => {
    const burned = done(turnOf(begin(), 'anna'), { type: 'skill', skillId: 'fireball' }, lowest);
    const [effect] = entriesOf(burned, 'effect');
    expect(effect).toMatchObject({ targetId: 'ben', effect: 'burning' });
    let current = burned;
    const ticks = [...entriesOf(current, 'effect_damage')];
    for (let turn = 0; turn < 12; turn++) {
      current = done(current.state, { type: 'pass' });
      ticks.push(...entriesOf(current, 'effect_damage'));
    }
    expect(ticks).toHaveLength(effect!.turns);
  });
});

it.each([
  ['without an enemy', [anna()]],
  ['with an id twice', [anna(), { ...ben(), id: 'anna' }]],
  ['with a player without health', [anna({ health: 0 }), ben()]],
  ['with more health than the maximum', [anna({ health: 10_000 }), ben()]],
  ['with half a point of attack', [anna({ attack: 1.5 }), ben()]],
  [
    'with a monster in a duel',
    [anna(), { id: 'rat', side: 1 as const, name: 'rat', level: 1, monster: 'rat' as const }],
  ],
])('beginFight: throws for a fight %s', (_, participants) => {
  expect(() => beginFight({ mode: 'duel', participants }, middle)).toThrow(RangeError);
});
