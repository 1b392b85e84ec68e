/** Queries for tests of notifications: a user's list, presence, and the arrival of messages. */
import type { NotificationView } from '@aeturnis/contracts';
import { ConnectionRegistry } from '@aeturnis/realtime';
import type { RunningServer } from '../../../apps/server/src/server';
import { waitUntil } from '../clients/client';
import type { ConversationUser } from './conversation-user';

export async function listNotifications(by: ConversationUser): Promise<NotificationView[]> {
  return (await by.request('GET', '/api/notifications')).body['notifications'] as NotificationView[];
}

/** Whether `by` sees any of the users online. */
export async function isAnyOnline(by: ConversationUser, users: readonly ConversationUser[]): Promise<boolean> {
  const userIds = users.map(({ id }) => id);
  const found = await by.run<{ users: { online: boolean }[] }>('presence:get', { userIds });
  return found.users.some(({ online }) => online);
}

/** Closes the clients of these users. Resolves when `by` sees all of them offline. */
export async function disconnectUsers(by: ConversationUser, ...leaving: ConversationUser[]): Promise<void> {
  for (const { client } of leaving) client.close();
  await waitUntil(async () => !(await isAnyOnline(by, leaving)), 'the users are offline');
}

/** Resolves when the node knows that everything sent to the user until `createdAt` has arrived. */
export async function waitForArrival(node: RunningServer, { id }: ConversationUser, createdAt: string): Promise<void> {
  const isKnown = (): boolean => {
    const connections = [...node.app.get(ConnectionRegistry).ofUser(id)];
    const arrivals = connections.map(({ delivered }) => delivered?.until ?? 0);
    return arrivals.length > 0 && arrivals.every((until) => until > Date.parse(createdAt));
  };
  await waitUntil(isKnown, 'the node knows of the arrival');
}

/** Resolves with the notification of a conversation when it counts at least `count` messages. */
export async function waitForNotification(
  by: ConversationUser,
  conversationId: string,
  count: number,
  timeoutMs = 30_000,
): Promise<NotificationView> {
  let found: NotificationView | undefined;
  const isComplete = async (): Promise<boolean> => {
    found = (await listNotifications(by)).find(({ data }) => data?.['conversationId'] === conversationId);
    return (found?.count ?? 0) >= count;
  };
  await waitUntil(isComplete, `a notification of ${count} messages`, timeoutMs);
  if (!found) throw new Error('the notification was not found');
  return found;
}
