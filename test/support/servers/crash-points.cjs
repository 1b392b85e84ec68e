// Preloaded into a built server (`node -r`): a message names a crash point, and the server dies when it next reaches it.
const { join } = require('node:path');

const CONVERSATIONS = join(__dirname, '..', '..', '..', 'dist', 'apps', 'server', 'src', 'conversations');
const CRASH_POINTS = {
  'after the commit': ['publishing/conversation-publisher', 'ConversationPublisher', 'publishCommitted'],
  'before publishing for others': ['publishing/log-publisher', 'LogPublisher', 'publishEntry'],
  'before notifying': ['notices/conversation-notices', 'ConversationNotices', 'raise'],
  'after notifying': ['publishing/publications.repository', 'PublicationsRepository', 'saveCheckpoints'],
};

process.on('message', (point) => {
  const [file, name, method] = CRASH_POINTS[point];
  require(join(CONVERSATIONS, file))[name].prototype[method] = () => process.kill(process.pid, 'SIGKILL');
  process.send('armed');
});
// The test process has exited.
process.on('disconnect', () => process.exit(1));
