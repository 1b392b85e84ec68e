/** The log of a room is bounded in entries and in bytes, and never hides what is gone. */
import { RoomLog } from './room-log';

const fill = (log: RoomLog, count: number, bytes: number): void => {
  for (let n = 1; n <= count; n++) log.add({ n, payload: 'x'.repeat(bytes) }, 0);
};

it('keeps at least as many entries as it is asked for', () => {
  const log = new RoomLog(10);
  fill(log, 100, 1);
  expect(log.after(90)?.map(({ n }) => n)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  expect(log.after(10)).toBeNull();
});

it('keeps fewer when they are large, and says so', () => {
  const log = new RoomLog(1_000, 1_000);
  fill(log, 100, 100);
  expect(log.after(99)?.map(({ n }) => n)).toEqual([100]);
  expect(log.after(80)).toBeNull();
  expect(log.after(100)).toEqual([]);
});
