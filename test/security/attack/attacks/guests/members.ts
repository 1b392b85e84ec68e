/** Guests in the maximum number of conversations hold as many connections as they get: each connection is in all rooms. */
import type { Attack } from '../../support/attack';
import { enterAsGuest } from '../../support/socket-openings';
import type { RawConnection } from '../../support/raw-connection';
import type { AttackingGuest, AttackContext } from '../../support/attack-context';

/** The connections of all guests together, which would exhaust the memory of a node without a bound. */
const CONNECTIONS = 1_500;
const RETRY_MS = 1_000;

async function holdConnections(stage: AttackContext, guest: AttackingGuest): Promise<void> {
  const maxConnections = CONNECTIONS / stage.members.length;
  const open = new Set<RawConnection>();
  while (!stage.isOver) {
    const socket = await enterAsGuest(stage, guest);
    if (!socket.isClosed) {
      open.add(socket);
      void socket.untilClosed().then(() => open.delete(socket));
    }
    // Refused, or enough connections are open: these are held.
    if (socket.isClosed || open.size >= maxConnections) await stage.pause(RETRY_MS);
  }
  for (const socket of open) socket.destroy();
}

export const memberConnections: Attack = {
  name: 'by guests: 1,500 connections, each in 1,000 rooms',
  by: 'members',
  async run(stage) {
    await Promise.all(stage.members.map((guest) => holdConnections(stage, guest)));
  },
};
