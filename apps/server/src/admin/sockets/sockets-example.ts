/** Example response of the list of connections, checked against its type. */
import type { SocketsPage } from './admin-sockets.service';

export const SOCKETS_EXAMPLE: SocketsPage = {
  sockets: [
    {
      socketId: 'c2V0dGxlbWVudHMtMTc3',
      userId: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
      name: 'Anna',
      nodeId: 'game-1',
      transport: 'websocket',
      connectedAt: '2030-05-17T12:00:00.000Z',
      rooms: 6,
      unsentBytes: 0,
    },
  ],
  next: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11:c2V0dGxlbWVudHMtMTc3',
  unansweredNodes: ['game-2'],
};
