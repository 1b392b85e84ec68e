/** Guests that read as much as they can: sync, exports, lists, documentation, many at once. */
import type { Attack } from '../../support/attack';
import type { AttackingGuest, AttackContext } from '../../support/attack-context';
import { apiRequest, createGroupOfAll } from './actions';

const AT_ONCE = 30;
const LONG = 'x'.repeat(10_000);

const concurrentReads = (
  name: string,
  work: (stage: AttackContext, guest: AttackingGuest) => Promise<unknown>,
): Attack => ({
  name: `by guests: ${name}`,
  by: 'guests',
  run: (stage) =>
    stage.repeatForEachGuest(async (guest) => {
      await Promise.all(Array.from({ length: AT_ONCE }, () => work(stage, guest)));
    }),
});

async function syncEverything(stage: AttackContext): Promise<void> {
  const groups = new Map<AttackingGuest, string>();
  await stage.repeatForEachGuest(async (guest) => {
    const id = groups.get(guest) || (await createGroupOfAll(stage, guest));
    groups.set(guest, id);
    if (id === '') return stage.pause(1_000);
    for (let n = 0; n < 5; n++)
      await apiRequest(stage, guest, 'POST', '/api/messages', { conversationId: id, content: LONG });
    const cursors = Object.fromEntries([...groups.values()].filter((known) => known !== '').map((known) => [known, 0]));
    await Promise.all(
      Array.from({ length: AT_ONCE }, () => apiRequest(stage, guest, 'POST', '/api/sync', { cursors })),
    );
  });
}

export const readers: readonly Attack[] = [
  { name: 'by guests: syncs of everything, 30 at once', by: 'guests', run: syncEverything },
  concurrentReads('exports, 30 at once', (stage, guest) => apiRequest(stage, guest, 'GET', '/api/me/export')),
  concurrentReads('lists of conversations, 30 at once', (stage, guest) =>
    apiRequest(stage, guest, 'GET', '/api/conversations'),
  ),
  concurrentReads('notifications, 30 at once', (stage, guest) => apiRequest(stage, guest, 'GET', '/api/notifications')),
  concurrentReads('documentation, 30 at once', (stage, { address }) => stage.request({ path: '/docs-json', address })),
];
