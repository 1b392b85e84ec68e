/** Who is online, over all nodes: a user is as long as one connection is, and a moment longer. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Caller } from '../connections/caller';
import { Membership } from '../membership/membership';
import {
  type AttributePatch,
  type Attributes,
  type MembershipChange,
  type MembersPage,
  ONLINE,
  type Reach,
} from '../membership/membership-store';

/** How to pass on that somebody came or went. */
export interface PresenceNews {
  /** Its place among all that is told of this user; unknown to a node that is cut off. */
  readonly turn: number | undefined;
  /** The turn of the user's coming, where that may not have been told: before a going it is to be told, in that turn. */
  readonly came?: number;
  /** Who has to hear of it. */
  readonly reach: Reach;
}

@Injectable()
export class Presence implements OnApplicationBootstrap {
  constructor(private readonly membership: Membership) {}

  /** Begins when everybody who wants to hear of changes listens. */
  onApplicationBootstrap(): Promise<void> {
    return this.membership.start();
  }

  /** A connection of the user opened on this node. */
  arrived(caller: Caller): Promise<unknown> {
    return this.membership.join(ONLINE, caller.principal.userId, caller.socketId);
  }

  /** A connection of the user ended on this node. */
  departed(caller: Caller): void {
    void this.membership.leave(ONLINE, caller.principal.userId, caller.socketId);
  }

  /** Told once over all nodes when a user's first connection opens. */
  onOnline(listener: (userId: string, news: PresenceNews) => void): void {
    this.onChange('entered', ({ userId, ...turns }, reach) => listener(userId, newsOf(turns, reach)));
  }

  /**
   * Told once over all nodes, a moment after a user's last connection ended, or when the node that held it died; with the
   * attributes the user had.
   */
  onOffline(listener: (userId: string, attributes: Attributes, news: PresenceNews) => void): void {
    this.onChange('left', ({ userId, attributes = {}, ...turns }, reach) =>
      listener(userId, attributes, newsOf(turns, reach)),
    );
  }

  /**
   * Told on one node when of a user something should have been told for some seconds, by whichever: that one may have died,
   * or failed at it. Whoever hears looks how things are now and tells that, in this turn.
   */
  onUntold(listener: (userId: string, news: PresenceNews) => void): void {
    this.membership.onUntold((untold) => {
      for (const { userId, ...turns } of untold) listener(userId, newsOf(turns, 'all'));
    });
  }

  /** For something to be told about a user, by this node or, should it die over it, by another one. */
  async news(userId: string): Promise<PresenceNews> {
    const { turn, came } = await this.membership.turn(userId);
    return newsOf({ turn, came }, 'all');
  }

  /** All that was to be told of the user up to that turn is known to those who care, or is nobody's business. */
  told(userId: string, turn: number): void {
    this.membership.told(userId, turn);
  }

  private onChange(kind: MembershipChange['kind'], listener: (change: MembershipChange, reach: Reach) => void): void {
    const hear = (changes: MembershipChange[], reach: Reach): void => {
      for (const change of changes) if (change.group === ONLINE && change.kind === kind) listener(change, reach);
    };
    this.membership.onChange(hear);
    this.membership.onConfirmed(hear);
  }

  areOnline(userIds: readonly string[]): Promise<boolean[]> {
    return this.membership.isMember(ONLINE, userIds);
  }

  /** The same; undefined while the nodes cannot ask each other, and users may be online on other ones. */
  areOnlineAnywhere(userIds: readonly string[]): Promise<boolean[] | undefined> {
    return this.membership.isMemberAnywhere(ONLINE, userIds);
  }

  online(page: { cursor?: string; limit?: number } = {}): Promise<MembersPage> {
    return this.membership.members(ONLINE, page);
  }

  async count(): Promise<number> {
    return (await this.membership.count(ONLINE)).count;
  }

  /** Small facts about an online user, seen by all nodes, gone when the user is; null removes one. */
  setAttributes(userId: string, attributes: AttributePatch): Promise<void> {
    return this.membership.setAttributes(userId, attributes);
  }

  attributes(userIds: readonly string[]): Promise<Attributes[]> {
    return this.membership.attributes(userIds);
  }
}

function newsOf({ turn, came }: { turn?: number | undefined; came?: number | undefined }, reach: Reach): PresenceNews {
  return { turn, reach, ...(came !== undefined && { came }) };
}
