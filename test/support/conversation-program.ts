/** A node in a process of its own that, told to, is killed between the commit of an entry and telling it. */
import { ConversationNotices } from '../../apps/server/src/conversations/notices/conversation-notices';
import { PublicationsRepository } from '../../apps/server/src/conversations/publications.repository';
import { ConversationPublisher } from '../../apps/server/src/conversations/publishing/conversation-publisher';
import { LogTeller } from '../../apps/server/src/conversations/publishing/log-teller';
import { startServer } from '../../apps/server/src/server';
import type { Doom } from './doomed-node';

async function main(): Promise<void> {
  const server = await startServer();
  await server.ready;
  const die = (): never => process.kill(process.pid, 'SIGKILL') as never;
  process.on('message', (doom: Doom) => {
    if (doom === 'after the commit') server.app.get(ConversationPublisher).committed = die;
    if (doom === 'before telling what others committed') server.app.get(LogTeller).tell = die;
    if (doom === 'before notifying') server.app.get(ConversationNotices).raise = die;
    if (doom === 'after notifying') server.app.get(PublicationsRepository).advance = die;
    process.send?.('armed');
  });
  // Whoever gives the orders is gone.
  process.on('disconnect', () => process.exit(1));
  process.send?.(server.url);
}

void main();
