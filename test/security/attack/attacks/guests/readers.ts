/** Guests that read as much as they can: sync, exports, lists, documentation, many at once. */
import type { Attack } from '../../support/attack';
import type { Guest, Stage } from '../../support/stage';
import { api, groupOfAll } from './actions';

const AT_ONCE = 30;
const LONG = 'x'.repeat(10_000);

const repeatedly = (name: string, work: (stage: Stage, guest: Guest) => Promise<unknown>): Attack => ({
  name: `by guests: ${name}`,
  by: 'guests',
  run: (stage) =>
    stage.crowdOfGuests(async (guest) => {
      await Promise.all(Array.from({ length: AT_ONCE }, () => work(stage, guest)));
    }),
});

async function syncs(stage: Stage): Promise<void> {
  const groups = new Map<Guest, string>();
  await stage.crowdOfGuests(async (guest) => {
    const id = groups.get(guest) || (await groupOfAll(stage, guest));
    groups.set(guest, id);
    if (id === '') return stage.pause(1_000);
    for (let n = 0; n < 5; n++) await api(stage, guest, 'POST', '/api/messages', { conversationId: id, content: LONG });
    const cursors = Object.fromEntries([...groups.values()].filter((known) => known !== '').map((known) => [known, 0]));
    await Promise.all(Array.from({ length: AT_ONCE }, () => api(stage, guest, 'POST', '/api/sync', { cursors })));
  });
}

export const readers: readonly Attack[] = [
  { name: 'by guests: syncs of everything, 30 at once', by: 'guests', run: syncs },
  repeatedly('exports, 30 at once', (stage, guest) => api(stage, guest, 'GET', '/api/me/export')),
  repeatedly('lists of conversations, 30 at once', (stage, guest) => api(stage, guest, 'GET', '/api/conversations')),
  repeatedly('notifications, 30 at once', (stage, guest) => api(stage, guest, 'GET', '/api/notifications')),
  repeatedly('documentation, 30 at once', (stage, { address }) => stage.ask({ path: '/docs-json', address })),
];
