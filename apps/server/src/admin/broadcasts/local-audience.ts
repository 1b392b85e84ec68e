/** Answers administrators with the users and connections of this node that an announcement would reach now. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RoomName, Uuid } from '@aeturnis/contracts';
import { ConnectionRegistry, LocalRooms } from '@aeturnis/realtime';
import { scan } from '../cluster-pages/scan';
import { NodeQuestions } from '../nodes/node-questions';

export const AUDIENCE_TOPIC = 'audience';

/** A node lists its users up to this number, so that one with connections to several nodes counts once. */
const MAX_LISTED_USERS = 500;

export interface AudienceQuestion {
  /** Null: all users. */
  readonly room: RoomName | null;
}

export interface NodeAudience {
  connections: number;
  users: number;
  /** Null if there are more than `MAX_LISTED_USERS`. */
  userIds: Uuid[] | null;
}

@Injectable()
export class LocalAudience implements OnModuleInit {
  constructor(
    private readonly nodes: NodeQuestions,
    private readonly connections: ConnectionRegistry,
    private readonly rooms: LocalRooms,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<AudienceQuestion, NodeAudience>(AUDIENCE_TOPIC, ({ room }) => this.count(room));
  }

  private async count(room: RoomName | null): Promise<NodeAudience> {
    const reached = room === null ? this.connections.all() : this.rooms.connectionsIn(room);
    const users = new Set<Uuid>();
    let connections = 0;
    await scan(reached, ({ principal }) => {
      connections++;
      users.add(principal.userId);
    });
    return { connections, users: users.size, userIds: users.size > MAX_LISTED_USERS ? null : [...users] };
  }
}
