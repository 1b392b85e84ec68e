/** What can be built on a client: its world, its fights, and features of an application that it loads when it needs them. */
import type { EventName } from '@aeturnis/contracts';
import type { ClientClock } from './base/clock';
import type { HttpApi } from './http/http-api';
import type { Requests } from './requests/requests';

export interface ClientServices {
  readonly clock: ClientClock;
  readonly requests: Requests;
  readonly http: HttpApi;
  /** Random UUIDs. */
  newId(): string;
}

export interface ClientFeature {
  receive(name: EventName, payload: object): void;
  /** Events were missed: by a session that has ended, unknown to the new one, or by this one (`system:resync`). */
  resume?(): void;
  /** Another user is connected, who may see nothing of the former one. */
  reset?(): void;
}
