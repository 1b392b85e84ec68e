/** `RoomTransitions` answers which socket was in which room at an emission, and keeps nothing longer than needed. */
import { RoomTransitions } from './room-transitions';

let tracker: RoomTransitions;
let overflows: string[][];
beforeEach(() => {
  overflows = [];
  tracker = new RoomTransitions(() => overflows.push(tracker.clear()), 100);
});

it('answers the membership at an emission after a join and after a leave', () => {
  tracker.recordJoin('late', 'r', 3, undefined);
  tracker.recordLeave('early', 'r', 5, undefined);
  const wasIn = (socketId: string, isInNow: boolean): boolean[] =>
    [3, 4, 5, 6].map((seq) => tracker.wasIn(socketId, 'r', seq, isInNow));
  expect(wasIn('late', true)).toEqual([false, true, true, true]);
  expect(wasIn('early', false)).toEqual([true, true, true, false]);
  expect(wasIn('still', true)).toEqual([true, true, true, true]);
  expect([...tracker.transitionedSockets('r')]).toEqual(['late', 'early']);
});

it('answers the membership of a socket that left a room and joined it again', () => {
  tracker.recordLeave('anna', 'r', 2, undefined);
  tracker.recordJoin('anna', 'r', 4, undefined);
  expect([2, 3, 4, 5].map((seq) => tracker.wasIn('anna', 'r', seq, true))).toEqual([true, false, false, true]);
});

it('new sockets are not recipients of earlier events; resumed sockets are', () => {
  tracker.recordConnect('new', 4, undefined);
  tracker.recordResume('back', 4);
  expect([tracker.wasConnected('new', 4), tracker.wasConnected('new', 5), tracker.wasConnected('back', 4)]).toEqual([
    false,
    true,
    true,
  ]);
  expect([tracker.hasResumedSince('back', 4), tracker.hasResumedSince('back', 5)]).toEqual([true, false]);
  expect(tracker.hasResumedSince('new', 4)).toBe(false);
});

it('clearResumed: resumed sockets are no longer due earlier events, and other transitions stay', () => {
  tracker.recordJoin('back', 'r', 3, undefined);
  tracker.recordResume('back', 4);
  tracker.recordResume('other', 4);
  tracker.clearResumed();
  expect(['back', 'other'].map((socketId) => tracker.hasResumedSince(socketId, 4))).toEqual([false, false]);
  expect([tracker.wasIn('back', 'r', 3, true), tracker.wasIn('back', 'r', 4, true)]).toEqual([false, true]);
  tracker.recordResume('back', 6);
  expect([tracker.hasResumedSince('back', 5), tracker.hasResumedSince('back', 7)]).toEqual([true, false]);
  tracker.removeUpTo(9);
  expect(tracker.isEmpty).toBe(true);
});

it('removeUpTo: removes transitions of events that have been received', () => {
  tracker.recordJoin('a', 'r', 3, undefined);
  tracker.recordLeave('b', 'r', 5, undefined);
  tracker.removeUpTo(4);
  expect([[...tracker.transitionedSockets('r')], tracker.isEmpty]).toEqual([['b'], false]);
  tracker.removeUpTo(5);
  expect([[...tracker.transitionedSockets('r')], tracker.isEmpty]).toEqual([[], true]);
});

it('removeUpTo: keeps a later transition of a socket whose earlier one is removed', () => {
  tracker.recordJoin('a', 'r', 3, undefined);
  tracker.recordLeave('a', 'r', 5, undefined);
  tracker.removeUpTo(3);
  expect(tracker.wasIn('a', 'r', 5, false)).toBe(true);
  tracker.removeUpTo(9);
  expect(tracker.isEmpty).toBe(true);
});

it('at its bound: calls onOverflow, returns the resumed sockets, and records later transitions', () => {
  tracker.recordResume('back', 1);
  for (let n = 0; n < 100; n++) tracker.recordJoin(`socket ${n}`, 'r', n, undefined);
  expect([overflows, tracker.size]).toEqual([[['back']], 1]);
  expect([tracker.wasIn('socket 99', 'r', 99, true), tracker.hasResumedSince('back', 1)]).toEqual([false, false]);
  expect([...tracker.transitionedSockets('r')]).toEqual(['socket 99']);
});
