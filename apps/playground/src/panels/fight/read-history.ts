/** Reads the history of a fight, page by page. */
import type { Client } from '@aeturnis/client';
import type { CombatHistory } from '@aeturnis/contracts';

/** @throws RequestError */
export async function readHistory(client: Client, sessionId: string): Promise<CombatHistory[]> {
  const pages: CombatHistory[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: CombatHistory = await client.request('combat:history', { sessionId, after });
    pages.push(page);
    after = page.next;
  }
  return pages;
}
