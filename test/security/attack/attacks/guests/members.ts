/** Guests who are in as many conversations as one may be, and keep as many connections open as they get: each is in all the rooms. */
import type { Attack } from '../../support/attack';
import { enterAsGuest } from '../../support/openings';
import type { Line } from '../../support/line';
import type { Guest, Stage } from '../../support/stage';

/** Of all of them together: what one by one would have ended a node without a bound. */
const CONNECTIONS = 1_500;
const RETRY_MS = 1_000;

async function crowdIn(stage: Stage, guest: Guest): Promise<void> {
  const most = CONNECTIONS / stage.members.length;
  const open = new Set<Line>();
  while (!stage.isOver) {
    const line = await enterAsGuest(stage, guest);
    if (!line.isClosed) {
      open.add(line);
      void line.closed().then(() => open.delete(line));
    }
    // Refused, or as many as there are to be: those that stand are held.
    if (line.isClosed || open.size >= most) await stage.pause(RETRY_MS);
  }
  for (const line of open) line.abandon();
}

export const members: Attack = {
  name: 'by guests: 1,500 connections, each in 1,000 rooms',
  by: 'members',
  async run(stage) {
    await Promise.all(stage.members.map((guest) => crowdIn(stage, guest)));
  },
};
