/** The Socket.IO server of this process, for those who emit; there is none before the application has been initialised. */
import { Injectable } from '@nestjs/common';
import type { RealtimeServer } from '../socket-types';

@Injectable()
export class SocketServer {
  private server: RealtimeServer | null = null;

  attach(server: RealtimeServer): void {
    this.server = server;
  }

  get io(): RealtimeServer {
    if (!this.server)
      throw new Error('The socket server is not up yet: emit after the application has been initialised');
    return this.server;
  }

  get up(): boolean {
    return this.server !== null;
  }
}
