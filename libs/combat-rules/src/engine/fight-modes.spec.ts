/** Duels and fights against monsters: joining, leaving and ending, and what clients and replays get of them. */
import {
  anna,
  begin,
  ben,
  done,
  beginHunt,
  lowest,
  middle,
  ratSetups,
  turnOf,
} from '../../../../test/support/domains/fights';
import { simulatedPlayer } from '../simulation/simulate';
import type { FightAction } from './actions';
import { beginFight, type FightStep, stepFight } from './fight';
import { currentParticipant, type FightState, findParticipant, type PlayerSetup } from './state';
import { entryFor, stateFor } from './views';

describe('a duel', () => {
  it('is lost by the one who flees or gives up, also out of turn', () => {
    const state = turnOf(begin(), 'anna');
    expect(done(state, { type: 'flee' }).state.outcome).toEqual({ result: 'victory', winningSide: 1 });
    const forfeited = stepFight(state, { type: 'forfeit', actorId: 'ben', reason: 'gave_up' }, middle) as FightStep;
    expect(forfeited.state.outcome).toEqual({ result: 'victory', winningSide: 0 });
  });

  it('is lost with the third turn missed in a row, and the count starts again with an action', () => {
    const miss = (state: FightState): FightState => {
      const actorId = currentParticipant(state)!.id;
      return (stepFight(state, { type: 'miss', actorId }, middle) as FightStep).state;
    };
    let state = miss(turnOf(miss(turnOf(begin(), 'anna')), 'anna'));
    expect(state.outcome).toBeNull();
    state = done(turnOf(state, 'anna'), { type: 'attack' }).state;
    state = miss(turnOf(miss(turnOf(state, 'anna')), 'anna'));
    expect(state.outcome).toBeNull();
    expect(miss(turnOf(state, 'anna')).outcome).toEqual({ result: 'victory', winningSide: 1 });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'abort'],
    ['giving up for an unknown reason', { type: 'forfeit', actorId: 'ben', reason: { any: 'thing' } }],
    ['giving up without a reason', { type: 'forfeit', actorId: 'ben' }],
  ])('refuses %s as an input', (_, input) => {
    expect(stepFight(begin(), input as never, middle)).toBe('unknown_input');
  });

  it('cannot be joined', () => {
    const carl = simulatedPlayer('carl', 0, 'ranger', 10);
    expect(stepFight(begin(), { type: 'join', player: carl }, middle)).toBe('joining_closed');
  });
});

describe('a fight against monsters', () => {
  it('may be joined in the first three rounds, once, and acts for the newcomer from the next round on', () => {
    const carl = simulatedPlayer('carl', 0, 'ranger', 10);
    const joined = stepFight(
      beginHunt(),
      { type: 'join', player: { ...carl, bag: { antidote: 3 } } },
      middle,
    ) as FightStep;
    expect(JSON.stringify(joined.entries)).not.toContain('antidote');
    expect(joined.state.queue).not.toContain('carl');
    expect(turnOf(joined.state, 'carl').round).toBe(2);
    expect(stepFight(joined.state, { type: 'join', player: carl }, middle)).toBe('already_joined');
    let late = beginHunt();
    while (late.round < 4) late = done(late, { type: 'defend' }).state;
    expect(stepFight(late, { type: 'join', player: carl }, middle)).toBe('joining_closed');
  });

  it('continues the turn in progress when a player joins or gives up: neither its number nor energy, cooldowns or effects', () => {
    const rat = { ...ratSetups(1)[0]!, level: 1 };
    const state = turnOf(
      beginFight({ mode: 'monsters', participants: [anna(), simulatedPlayer('dora', 0, 'cleric', 10), rat] }, middle)
        .state,
      'anna',
    );
    const current = (next: FightState) => ({
      turn: next.turn,
      queue: next.queue[0],
      anna: findParticipant(next, 'anna'),
    });
    const joined = stepFight(
      state,
      { type: 'join', player: simulatedPlayer('carl', 0, 'ranger', 10) },
      middle,
    ) as FightStep;
    expect(current(joined.state)).toEqual(current(state));
    const left = stepFight(state, { type: 'forfeit', actorId: 'dora', reason: 'disconnected' }, middle) as FightStep;
    expect(current(left.state)).toEqual(current(state));
    expect(left.entries.map(({ public: entry }) => entry)).toEqual([
      { type: 'left', actorId: 'dora', reason: 'disconnected' },
    ]);
    expect([state.inputs, joined.state.inputs]).toEqual([state.inputs, state.inputs + 1]);
  });

  it.each<[string, object]>([
    ['a monster', { monster: 'golem', class: undefined }],
    ['an unknown class', { class: 'constructor' }],
    ['the side of the monsters', { side: 1 }],
    ['no side', { side: 2 }],
    ['health that is no number', { health: NaN }],
    ['half a level', { level: 1.5 }],
    ['a level above the last', { level: 1e9 }],
    ['an id that separates addresses', { id: 'a|b' }],
    ['a number as its id', { id: 1 }],
    ['an infinite bag', { bag: { healing_potion: Infinity } }],
    ['loot in its bag', { bag: { rat_tail: 1 } }],
  ])('cannot be joined by a player with %s', (_, over) => {
    const player = { ...simulatedPlayer('carl', 0, 'ranger', 10), ...over };
    expect(stepFight(beginHunt(), { type: 'join', player }, middle)).toBe('bad_player');
    expect(stepFight(beginHunt(), { type: 'join', player: null as never }, middle)).toBe('bad_player');
  });

  it('has no more than eight on a side', () => {
    let state = beginHunt(1);
    for (let number = 0; number < 7; number++) {
      const player = simulatedPlayer(`player${number}`, 0, 'cleric', 10);
      state = (stepFight(state, { type: 'join', player }, middle) as FightStep).state;
    }
    expect(stepFight(state, { type: 'join', player: simulatedPlayer('late', 0, 'mage', 1) }, middle)).toBe('side_full');
  });

  it('rewards each player that has not left, in private', () => {
    let current = beginFight({ mode: 'monsters', participants: [anna({ attack: 5_000 }), ...ratSetups(1)] }, middle);
    while (!current.state.outcome) current = done(current.state, { type: 'attack' });
    expect(current.state.outcome).toEqual({ result: 'victory', winningSide: 0 });
    const reward = current.entries.at(-1);
    expect(reward?.public).toEqual({ type: 'reward', targetId: 'anna' });
    expect(reward?.private).toEqual({ anna: { experience: 38, items: { rat_tail: 1 } } });
  });

  it('is lost by giving up, and left after ten missed turns', () => {
    const lost = stepFight(beginHunt(), { type: 'forfeit', actorId: 'anna', reason: 'gave_up' }, middle) as FightStep;
    expect(lost.state.outcome).toEqual({ result: 'victory', winningSide: 1 });
    const tough = anna({ health: 9_000, maxHealth: 9_000, defense: 10_000 });
    let state = beginFight({ mode: 'monsters', participants: [tough, ...ratSetups(1)] }, middle).state;
    for (let missed = 0; missed < 10; missed++)
      state = (stepFight(state, { type: 'miss', actorId: 'anna' }, middle) as FightStep).state;
    expect(findParticipant(state, 'anna')?.status).toBe('left');
  });

  it('ends as fled if all players have fled, and as a defeat if one of them is down', () => {
    const fled = done(turnOf(beginHunt(), 'anna'), { type: 'flee' }, lowest).state;
    expect(fled.outcome).toEqual({ result: 'fled', winningSide: null });
    let state = beginFight({ mode: 'monsters', participants: [anna({ health: 1 }), ...ratSetups(3)] }, middle).state;
    while (!state.outcome) state = done(state, { type: 'pass' }).state;
    expect(state.outcome).toEqual({ result: 'victory', winningSide: 1 });
  });
});

it('a view of a fight has the own bag and the own halves of entries, and nothing else that is hidden', () => {
  const bags = { healing_potion: 3 };
  const state = begin(anna({ health: 5, bag: bags }), ben({ bag: { antidote: 2 } }));
  expect(JSON.stringify(stateFor(state))).not.toMatch(/bag|potion|antidote/);
  expect(JSON.stringify(stateFor(state, 'anna'))).toMatch(/potion/);
  expect(JSON.stringify(stateFor(state, 'anna'))).not.toMatch(/antidote/);
  const [used] = done(turnOf(state, 'anna'), { type: 'item', itemId: 'healing_potion' }).entries;
  expect(entryFor(used!, 'anna')).toMatchObject({
    type: 'action',
    itemId: 'healing_potion',
    remaining: 2,
    delayMs: 500,
  });
  for (const viewer of ['ben', 'constructor', undefined])
    expect(entryFor(used!, viewer)).not.toHaveProperty('remaining');
});

it('a replay by others accepts items without knowing the bags, and writes the same public halves', () => {
  const use: FightAction = { type: 'item', itemId: 'healing_potion' };
  const play = (bag: PlayerSetup['bag']) => done(turnOf(begin(anna({ health: 5, bag })), 'anna'), use).entries;
  const known = (entries: ReturnType<typeof play>) => entries.map(({ private: _, ...entry }) => entry);
  expect(known(play(null))).toEqual(known(play({ healing_potion: 1 })));
});
