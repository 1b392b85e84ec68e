// Preloaded into a built server (`node -r`): told where, it is killed the very next time it comes there.
const { join } = require('node:path');

const CONVERSATIONS = join(__dirname, '..', '..', 'dist', 'apps', 'server', 'src', 'conversations');
const PLACES = {
  'after the commit': ['publishing/conversation-publisher', 'ConversationPublisher', 'committed'],
  'before telling what others committed': ['publishing/log-teller', 'LogTeller', 'tell'],
  'before notifying': ['notices/conversation-notices', 'ConversationNotices', 'raise'],
  'after notifying': ['publications.repository', 'PublicationsRepository', 'advance'],
};

process.on('message', (doom) => {
  const [file, name, method] = PLACES[doom];
  require(join(CONVERSATIONS, file))[name].prototype[method] = () => process.kill(process.pid, 'SIGKILL');
  process.send('armed');
});
// Whoever gives the orders is gone.
process.on('disconnect', () => process.exit(1));
