/** Holds the Socket.IO server of this process for the classes that emit; it exists once the application is initialised. */
import { Injectable } from '@nestjs/common';
import type { RealtimeServer } from '../base/socket-types';

@Injectable()
export class SocketServer {
  private server: RealtimeServer | null = null;

  attach(server: RealtimeServer): void {
    this.server = server;
  }

  get io(): RealtimeServer {
    if (!this.server)
      throw new Error('The socket server does not exist yet: emit after the application has been initialised');
    return this.server;
  }

  get isUp(): boolean {
    return this.server !== null;
  }
}
