/** What tests of notifications ask: which a user has, who is online, and what is known to have arrived. */
import type { NotificationView } from '@aeturnis/contracts';
import { Connections } from '@aeturnis/realtime';
import type { RunningServer } from '../../apps/server/src/server';
import { until } from './client';
import { command, request, type Talker } from './conversation-cluster';

export async function listed(by: Talker): Promise<NotificationView[]> {
  return (await request(by, 'GET', '/api/notifications')).body['notifications'] as NotificationView[];
}

/** As `by` sees them. */
export async function isAnyOnline(by: Talker, users: readonly Talker[]): Promise<boolean> {
  const userIds = users.map(({ id }) => id);
  const found = await command<{ users: { online: boolean }[] }>(by, 'presence:get', { userIds });
  return found.users.some(({ online }) => online);
}

/** Closes their clients. Settles when `by` sees that they are gone. */
export async function leave(by: Talker, ...leaving: Talker[]): Promise<void> {
  for (const { client } of leaving) client.close();
  await until(async () => !(await isAnyOnline(by, leaving)), 'they are offline');
}

/** Settles when the node knows that all that was written to the user has arrived. */
export async function hasArrived(node: RunningServer, { id }: Talker, madeAt: string): Promise<void> {
  const isKnown = (): boolean => {
    const connections = [...node.app.get(Connections).ofUser(id)];
    const arrivals = connections.map(({ delivered }) => delivered?.until ?? 0);
    return arrivals.length > 0 && arrivals.every((until) => until > Date.parse(madeAt));
  };
  await until(isKnown, 'it has arrived');
}

/** The notification of a conversation, once it tells of so many messages. */
export async function notified(
  by: Talker,
  conversationId: string,
  count: number,
  timeoutMs = 30_000,
): Promise<NotificationView> {
  let found: NotificationView | undefined;
  const look = async (): Promise<boolean> => {
    found = (await listed(by)).find(({ data }) => data?.['conversationId'] === conversationId);
    return (found?.count ?? 0) >= count;
  };
  await until(look, `${count} messages are notified`, timeoutMs);
  if (!found) throw new Error('not notified');
  return found;
}
