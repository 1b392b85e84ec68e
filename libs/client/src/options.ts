/** What an application passes to `createClient`, and what the entry points for browsers and React Native add. */
import type { ClientClock } from './base/clock';
import type { Unsubscribe } from './base/store';
import type { OpenLink } from './connection/link';
import type { GetToken } from './connection/token-supply';
import type { Fetch } from './http/http-api';
import type { OutboxStorage } from './outbox/outbox-storage';
import type { Tabs } from './outbox/tabs';

/** The device; each part may be left out. */
export interface Environment {
  /** Where unsent messages wait; in memory by default. */
  readonly storage?: OutboxStorage;
  /** The other tabs of the browser; none by default. */
  readonly tabs?: Tabs;
  /** Calls back when the device has a network again, or the page or app is visible again: the connection may be dead. */
  readonly onWake?: (listener: () => void) => Unsubscribe;
  readonly fetch?: Fetch;
  readonly clock?: ClientClock;
  readonly openLink?: OpenLink;
  /** Random UUIDs. */
  readonly newId?: () => string;
}

export interface ClientOptions extends Environment {
  /** Of the server, such as `https://game.example`. Browsers may give `/` for the origin of the page. */
  readonly url: string;
  /** Where Socket.IO is served; `/socket.io` by default. */
  readonly path?: string;
  /** WebSocket, then HTTP long polling by default. */
  readonly transports?: readonly ('websocket' | 'polling')[];
  readonly getToken: GetToken;
  /**
   * The id of the user who is logged in, known without a network, such as `login.user.id` of the stored login. With it a page
   * that starts offline shows and takes messages at once, and after a change of the login no message is sent under another
   * user. Without it, messages belong to the user of the latest connection.
   */
  readonly getUserId?: () => string | undefined;
}
