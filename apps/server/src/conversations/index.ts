/** The public exports of the conversations feature. */
export { ConversationsModule } from './conversations.module';
